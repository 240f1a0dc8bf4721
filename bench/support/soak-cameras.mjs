/** The eight cameras of bench/soak.mjs and their servers: most play the demo clip, each in its own way. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFileServer, startMjpegServer } from './http-cameras.mjs';
import { startRtspServer } from './rtsp-server.mjs';

export const demo = 'assets/demo.mp4';
const mjpegFps = 15;

/**
 * @typedef {object} Camera
 * @property {string} name
 * @property {string} source
 * @property {boolean} calm no fault is done to it
 * @property {'clip' | 'endless clip' | 'pattern'} shows the demo clip to its end, or from each connection on again and again; or no actions
 * @property {(opened: {paths: string[], ports: number[]}) => boolean} isRead whether a process that has this open reads this camera
 * @property {() => Promise<void>} close
 * @property {Record<string, {strike: () => Promise<void>, repair: () => Promise<void>}>} faults of its server
 */

/** @param {string} folder for files made for the purpose @param {number} seconds how long servers may live @returns {Promise<Camera[]>} */
export async function openCameras(folder, seconds) {
  const cameras = [];
  try {
    cameras.push(await rtsp('rtsp-calm', seconds, true), await rtsp('rtsp', seconds, false));
    // FFmpeg takes `?udp` out of the URL and asks for UDP first, whatever the program's own transport is.
    cameras.push(await rtsp('rtsp-udp', seconds, false, '?udp'));
    cameras.push(await mjpeg(folder), await recordingOverHttp('http-mp4', 'assets', 'demo.mp4'));
    makePlaylist(folder);
    cameras.push(await recordingOverHttp('hls', folder, 'list.m3u8'), looped(), pattern());
    return cameras;
  } catch (error) {
    await closeCameras(cameras);
    throw error;
  }
}

export async function closeCameras(/** @type {readonly Camera[]} */ cameras) {
  await Promise.all(cameras.map((camera) => camera.close()));
}

async function rtsp(name, maxSeconds, calm, query = '') {
  let server = await startRtspServer({ file: demo, maxSeconds });
  const { port, url } = server;
  const restart = async () => void (server = await startRtspServer({ file: demo, port, maxSeconds }));
  return {
    name,
    source: url + query,
    calm,
    shows: 'endless clip',
    isRead: ({ ports }) => ports.includes(port),
    close: () => server.kill(),
    faults: {
      'server killed, restarted': { strike: () => server.kill(), repair: restart },
      'server frozen, thawed': { strike: async () => void server.freeze(), repair: async () => void server.thaw() },
    },
  };
}

async function mjpeg(folder) {
  const file = join(folder, 'pictures.mjpeg');
  const picture = ['-vf', `scale=320:180,fps=${mjpegFps}`, '-q:v', '4'];
  execFileSync('ffmpeg', ['-v', 'error', '-i', demo, ...picture, '-f', 'mjpeg', file]);
  const server = await startMjpegServer(readFileSync(file), mjpegFps);
  return {
    name: 'mjpeg',
    source: server.url,
    calm: false,
    shows: 'endless clip',
    isRead: ({ ports }) => ports.includes(server.port),
    close: () => server.close(),
    faults: {
      'connection closed': { strike: async () => server.cut(), repair: async () => undefined },
      'connection refused': { strike: () => server.refuse(), repair: () => server.listen() },
      'nothing sent any more': {
        strike: async () => server.silence(true),
        repair: async () => server.silence(false),
      },
    },
  };
}

async function recordingOverHttp(name, folder, file) {
  const server = await startFileServer(folder);
  return {
    name,
    source: `${server.url}/${file}`,
    calm: true,
    shows: 'clip',
    isRead: ({ ports }) => ports.includes(server.port),
    close: () => server.close(),
    faults: {},
  };
}

function makePlaylist(folder) {
  const options = ['-c', 'copy', '-f', 'hls', '-hls_time', '4', '-hls_list_size', '0'];
  execFileSync('ffmpeg', ['-v', 'error', '-i', demo, ...options, join(folder, 'list.m3u8')]);
}

function looped() {
  const isRead = ({ paths }) => paths.some((path) => path.endsWith(`/${demo}`));
  return { name: 'file', source: demo, calm: false, shows: 'clip', isRead, close: async () => undefined, faults: {} };
}

function pattern() {
  return {
    name: 'pattern',
    source: 'test:?size=640x360&fps=15',
    calm: true,
    shows: 'pattern',
    isRead: () => false,
    close: async () => undefined,
    faults: {},
  };
}
