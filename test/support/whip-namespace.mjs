/**
 * Runs inside a network namespace whose only way out is the interface `out0`: lets somebody publish whose offer names addresses elsewhere, and
 * prints `{ connected, left, bound }`: whether the connection came up, how many packets left by that interface, and which addresses UDP sockets
 * are bound to, as the kernel writes them.
 * Arguments: address of this machine, then STUN servers.
 */
import { readFileSync } from 'node:fs';
import lib from 'node-datachannel';
import { openStream, parseSource, PublisherDesk } from '../../dist/stream/index.js';

const [address, ...servers] = process.argv.slice(2);
/** The tenth number of the line: packets sent. */
const left = () => Number(/^ *out0:(?: *(\d+)){10}/m.exec(readFileSync('/proc/net/dev', 'utf8'))[1]);
const bound = () =>
  ['udp', 'udp6'].flatMap((table) => {
    const rows = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1);
    return rows.map((row) => row.trim().split(/\s+/)[1].split(':')[0]);
  });
const strangers = [
  'a=candidate:8 1 UDP 2130706431 198.51.100.7 9 typ host',
  'a=candidate:9 1 UDP 2130706431 0f9a6e0a-0000-4000-8000-c0ffee000000.local 9 typ host',
];

const before = left();
const stop = new AbortController();
const desk = new PublisherDesk({ maxPublishers: 1, ice: { servers } });
const preparation = { shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' };
const stream = openStream(parseSource('whip:', { id: 'me' }), {
  fps: 8,
  preparation,
  mode: 'live',
  desk,
  signal: stop.signal,
});
const items = stream[Symbol.asyncIterator]();
await items.next(); // waits for a publisher

const client = new lib.PeerConnection('test', { iceServers: [], bindAddress: address, disableAutoNegotiation: true });
const video = new lib.Video('0', 'SendOnly');
video.addVP8Codec(96);
const track = client.addTrack(video);
const gathered = new Promise((resolve) => client.onGatheringStateChange((state) => state === 'complete' && resolve()));
const connected = new Promise((resolve) => track.onOpen(() => resolve(true)));
client.setLocalDescription('offer');
await gathered;
const offer = client.localDescription().sdp.replace('a=end-of-candidates', strangers.join('\r\n'));
const { answer } = await desk.publish('me', offer, address);
client.setRemoteDescription(answer, 'answer');
const result = await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, 10_000, false))]);
// Checks of the addresses that the offer names would go out about now.
await new Promise((resolve) => setTimeout(resolve, 1000));
console.log(JSON.stringify({ connected: result, left: left() - before, bound: [...new Set(bound())] }));
client.close();
stop.abort();
await items.next();
process.exit(0);
