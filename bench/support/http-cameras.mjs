/** HTTP servers on the loopback address: an MJPEG camera with faults, and one that hands out files. */
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';

/** A camera that shows each viewer its pictures from the first one on, again and again. @param {Buffer} pictures JPEGs in a row @param {number} fps */
export async function startMjpegServer(pictures, fps) {
  const jpegs = splitJpegs(pictures);
  let silent = false;
  const show = (_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    const begunAt = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      if (silent || response.writableNeedDrain) return;
      // By the clock, because timers that are late once would stay late.
      while (sent <= ((performance.now() - begunAt) * fps) / 1000) sendJpeg(response, jpegs[sent++ % jpegs.length]);
    }, 1000 / fps);
    response.on('close', () => clearInterval(timer));
  };
  const server = await listening(show);
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}/camera`,
    silence: (/** @type {boolean} */ on) => void (silent = on),
    cut: () => server.closeAllConnections(),
    refuse: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    listen: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: () => closed(server),
  };
}

/** Files of one folder, with ranges. @param {string} folder */
export async function startFileServer(folder) {
  const server = await listening((request, response) => {
    const path = join(folder, basename(new URL(request.url ?? '/', 'http://localhost').pathname));
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return void response.writeHead(404).end();
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${size - 1}/${size}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': size - start, 'accept-ranges': 'bytes', ...range });
    const file = createReadStream(path, { start });
    response.on('close', () => file.destroy());
    file.pipe(response);
  });
  const { port } = server.address();
  return { port, url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

async function listening(handler) {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function sendJpeg(response, jpeg) {
  response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
  response.write(jpeg);
  response.write('\r\n');
}

function splitJpegs(bytes) {
  const parts = [];
  for (let at = 0; at >= 0 && at < bytes.length;) {
    const next = bytes.indexOf(Buffer.of(0xff, 0xd8, 0xff), at + 3);
    parts.push(bytes.subarray(at, next < 0 ? bytes.length : next));
    at = next;
  }
  return parts;
}
