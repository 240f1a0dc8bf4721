import { describe, expect, it } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { firstWorking } from '../../src/infer/first-working.js';
import type { ProviderName } from '../../src/infer/provider.js';

const unavailable = (text: string): ActionwireError => new ActionwireError('PROVIDER_UNAVAILABLE', text);

/** Opens those providers alone and remembers which were tried. */
function machineWith(...working: ProviderName[]): {
  tried: ProviderName[];
  open: (name: ProviderName) => Promise<string>;
} {
  const tried: ProviderName[] = [];
  const open = (name: ProviderName): Promise<string> => {
    tried.push(name);
    return working.includes(name) ? Promise.resolve(`session on ${name}`) : Promise.reject(unavailable(`no ${name}`));
  };
  return { tried, open };
}

describe('firstWorking', () => {
  it('takes the first candidate when it works, and tries no other', async () => {
    const { tried, open } = machineWith('cuda', 'cpu');
    const working = await firstWorking({ names: ['cuda', 'cpu'], remark: '' }, open);
    expect(working).toEqual({ provider: 'cuda', opened: 'session on cuda', reasons: [] });
    expect(tried).toEqual(['cuda']);
  });

  it('goes on to the next one and says why', async () => {
    const { open } = machineWith('cpu');
    const working = await firstWorking({ names: ['cuda', 'cpu'], remark: 'so far' }, open);
    expect(working).toEqual({ provider: 'cpu', opened: 'session on cpu', reasons: ['so far', 'no cuda'] });
  });

  it('throws what the only candidate failed with', async () => {
    const { open } = machineWith('cpu');
    const refusal = firstWorking({ names: ['tensorrt'], remark: '' }, open);
    await expect(refusal).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', message: 'no tensorrt' });
  });

  it('tries nothing more once it was aborted', async () => {
    const stop = new AbortController();
    const tried: ProviderName[] = [];
    const open = (name: ProviderName): Promise<never> => {
      tried.push(name);
      stop.abort(new Error('enough'));
      return Promise.reject(unavailable(name));
    };
    await expect(firstWorking({ names: ['cuda', 'cpu'], remark: '' }, open, stop.signal)).rejects.toThrow('enough');
    expect(tried).toEqual(['cuda']);
  });
});
