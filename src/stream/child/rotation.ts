/** Reads the display matrix of a stream: which way up the picture is meant to be shown. */

/** Degrees away from a multiple of 90 that still count as that multiple. */
const toleranceDegrees = 1;

/**
 * The filters that turn a picture upright, as the `ffmpeg` tool does by itself (`get_rotation` and `insert_rotation`
 * of fftools/ffmpeg_filter.c). Angles that are no multiple of 90 degrees are left alone.
 * @param matrix side data AV_PKT_DATA_DISPLAYMATRIX: nine little-endian int32, 16.16 fixed point
 */
export function rotationFilters(matrix: Uint8Array | null): string[] {
  if (matrix === null || matrix.byteLength < 36) return [];
  const m = Array.from({ length: 9 }, (_, i) => new DataView(matrix.buffer, matrix.byteOffset).getInt32(4 * i, true));
  const [a = 0, b = 0, , c = 0, d = 0] = m;
  const angle = clockwiseDegrees(a, b, c, d);
  if (near(angle, 90)) return [c > 0 ? 'transpose=cclock_flip' : 'transpose=clock'];
  if (near(angle, 180)) return [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
  if (near(angle, 270)) return [c < 0 ? 'transpose=clock_flip' : 'transpose=cclock'];
  return near(angle, 0) && d < 0 ? ['vflip'] : [];
}

/** `-av_display_rotation_get` of libavutil/display.c, as 0..360. */
function clockwiseDegrees(a: number, b: number, c: number, d: number): number {
  const scaleX = Math.hypot(a, c);
  const scaleY = Math.hypot(b, d);
  if (scaleX === 0 || scaleY === 0) return 0;
  const degrees = (Math.atan2(b / scaleY, a / scaleX) * 180) / Math.PI;
  return (Math.round(degrees) + 360) % 360;
}

function near(angle: number, target: number): boolean {
  return Math.abs(angle - target) <= toleranceDegrees;
}
