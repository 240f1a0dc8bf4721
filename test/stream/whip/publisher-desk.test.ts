/** The desk alone: who gets a place, and when it is free again. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PublisherDesk } from '../../../src/stream/index.js';
import { WhipPublisher } from '../../support/whip-publisher.js';

const offer = (): Promise<string> => WhipPublisher.offer({ pictures: [], codec: 'vp8' });
const never = new AbortController().signal;

/** Only the clock of silence: connections go on in real time. */
const silence = (ms: number): void => {
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + ms);
};
afterEach(() => void vi.restoreAllMocks());

const openDesk = (maxPublishers = 2): PublisherDesk => new PublisherDesk({ maxPublishers, ice: { servers: [] } });

describe('a desk for publishers', () => {
  it('brings a publisher to the stream that waits, and its answer back', async () => {
    const desk = openDesk();
    const place = desk.open('me');
    const waiting = place.next(never);
    const published = desk.publish('me', await offer(), '127.0.0.1');
    const publisher = (await waiting)!;
    expect(publisher.ice).toEqual({ servers: [], address: '127.0.0.1' });
    expect(publisher.offer.video.codec).toBe('vp8');
    publisher.accept('our answer');
    expect(await published).toEqual({ answer: 'our answer', sessionId: publisher.id });
  });

  it('keeps an early publisher until the stream asks', async () => {
    const desk = openDesk();
    const place = desk.open('me');
    const published = desk.publish('me', await offer(), '127.0.0.1');
    (await place.next(never))?.accept('late');
    expect((await published).answer).toBe('late');
  });

  it('counts the publishers of all streams', async () => {
    const desk = openDesk(1);
    const [a, b] = [desk.open('a'), desk.open('b')];
    const first = desk.publish('a', await offer(), '127.0.0.1');
    await expect(desk.publish('b', await offer(), '127.0.0.1')).rejects.toMatchObject({ code: 'WHIP_LIMIT' });
    const publisher = (await a.next(never))!;
    publisher.accept('yes');
    a.free(publisher);
    const second = desk.publish('b', await offer(), '127.0.0.1');
    (await b.next(never))?.accept('yes');
    expect([(await first).answer, (await second).answer]).toEqual(['yes', 'yes']);
  });

  it('has the place free as soon as a publisher has ended, and never gives one out twice', async () => {
    const desk = openDesk();
    const place = desk.open('me');
    const first = desk.publish('me', await offer(), '127.0.0.1');
    const publisher = (await place.next(never))!;
    publisher.accept('yes');
    desk.end('me', (await first).sessionId);
    expect(publisher.gone.aborted).toBe(true);
    const second = desk.publish('me', await offer(), '127.0.0.1');
    // The stream is done with the first one only now: that must not touch the second.
    place.free(publisher);
    const next = (await place.next(never))!;
    expect(next.id).not.toBe(publisher.id);
    next.refuse({ kind: 'timeout', message: 'Too slow.' });
    await expect(second).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', message: 'Too slow.' });
  });

  it('keeps the place of one who sends, and gives that of one who fell silent to the next', async () => {
    const desk = openDesk(1);
    const place = desk.open('me');
    const first = desk.publish('me', await offer(), '127.0.0.1');
    const publisher = (await place.next(never))!;
    const another = await offer();
    const ask = () => desk.publish('me', another, '127.0.0.1');
    silence(60_000);
    await expect(ask(), 'not yet answered').rejects.toMatchObject({ code: 'WHIP_BUSY' });
    publisher.accept('yes');
    silence(1900);
    publisher.heard(7);
    silence(1900);
    await expect(ask(), 'heard of').rejects.toMatchObject({ code: 'WHIP_BUSY' });
    publisher.heard(7);
    silence(200);
    const second = ask(); // although no more than one may publish
    expect(publisher.gone.aborted).toBe(true);
    expect(publisher.farewell).toMatchObject({ kind: 'stalled' });
    (await place.next(never))?.accept('welcome');
    expect((await second).answer).toBe('welcome');
    const { sessionId } = await first;
    expect(() => desk.end('me', sessionId)).toThrow(expect.objectContaining({ code: 'WHIP_SESSION_UNKNOWN' }));
  });

  it('lets one who fell silent count towards the limit: its process is still there', async () => {
    const desk = openDesk(1);
    const place = desk.open('me');
    desk.open('other');
    const first = desk.publish('me', await offer(), '127.0.0.1');
    (await place.next(never))?.accept('yes');
    await first;
    silence(60_000);
    const another = await offer();
    await expect(desk.publish('other', another, '127.0.0.1')).rejects.toMatchObject({ code: 'WHIP_LIMIT' });
  });

  it('waits no longer than its caller', async () => {
    const place = openDesk().open('me');
    const stop = new AbortController();
    const waiting = place.next(stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
    expect(await place.next(stop.signal)).toBeUndefined();
  });

  it('sends everybody away when the stream ends', async () => {
    const desk = openDesk();
    const place = desk.open('me');
    const published = desk.publish('me', await offer(), '127.0.0.1');
    place.close();
    await expect(published).rejects.toMatchObject({ code: 'STREAM_UNKNOWN' });
    await expect(desk.publish('me', await offer(), '127.0.0.1')).rejects.toMatchObject({ code: 'STREAM_UNKNOWN' });
  });

  it('reads the offer before anything is taken', async () => {
    const desk = openDesk();
    desk.open('me');
    await expect(desk.publish('me', 'rubbish', '127.0.0.1')).rejects.toMatchObject({ code: 'WHIP_OFFER_INVALID' });
    const good = desk.publish('me', await offer(), '127.0.0.1');
    await expect(desk.publish('me', 'rubbish', '127.0.0.1')).rejects.toMatchObject({ code: 'WHIP_BUSY' });
    desk.open('me').close();
    good.catch(() => undefined);
  });
});
