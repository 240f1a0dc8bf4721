import { describe, expect, it } from 'vitest';
import { promptsFor } from '../../src/infer/prompts.js';

describe('promptsFor', () => {
  it('puts every label into every template', () => {
    const prompts = promptsFor(['walking', 'waving'], { promptTemplates: ['{}', 'a person {}'], labelPhrases: {} });
    expect(prompts).toEqual([
      ['walking', 'a person walking'],
      ['waving', 'a person waving'],
    ]);
  });

  it('uses prompts that the user gave as they stand', () => {
    const entry = { label: 'punching', prompts: ['a person throws a punch', 'boxing'] };
    expect(promptsFor([entry], { promptTemplates: ['a {}'], labelPhrases: { punching: ['x'] } })).toEqual([
      entry.prompts,
    ]);
  });

  it('uses the phrases of a label instead of its name', () => {
    const labelPhrases = { fall: ['falling down', 'collapsing'] };
    expect(promptsFor(['fall', 'walk'], { promptTemplates: ['{}!'], labelPhrases })).toEqual([
      ['falling down!', 'collapsing!'],
      ['walk!'],
    ]);
  });

  it('takes a label literally that looks like a replacement pattern', () => {
    expect(promptsFor(['$& and $1'], { promptTemplates: ['{} {}'], labelPhrases: {} })).toEqual([
      ['$& and $1 $& and $1'],
    ]);
  });

  it.each(['constructor', '__proto__', 'toString'])('takes the label %s for a word', (label) => {
    expect(promptsFor([label], { promptTemplates: ['{}'], labelPhrases: {} })).toEqual([[label]]);
  });
});
