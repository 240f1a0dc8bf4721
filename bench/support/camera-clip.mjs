/** Makes of a clip what a camera would send: 1280x720, 15 pictures a second, sensor noise, H.264 without B-frames. */
import { AV_LOG_QUIET, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer, pipeline } from 'node-av/api';
import { Log } from 'node-av/lib';

/** @param {string} source @param {string} target an .mp4 @param {number} seconds of the source, from its beginning */
export async function makeCameraClip(source, target, seconds) {
  Log.setLevel(AV_LOG_QUIET);
  const input = await Demuxer.open(source);
  const output = await Muxer.open(target);
  try {
    const picture = `scale=1280:720:flags=bicubic,fps=15,trim=end=${seconds},noise=alls=4:allf=t,format=yuv420p`;
    const decoder = await Decoder.create(input.video());
    const filter = FilterAPI.create(picture);
    const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
      context: { bitRate: '2M', gopSize: 30, maxBFrames: 0 },
      options: { preset: 'veryfast' },
    });
    await pipeline(input, decoder, filter, encoder, output).completion;
  } finally {
    await output.close();
    await input.close();
  }
}
