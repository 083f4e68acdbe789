import type { Notebook } from '@jupyterlab/notebook';
import { YNotebook } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';
import type { Expected } from '../../protocol/generated';
import { NotebookExpectations } from '../expected';

class FakeNotebook {
  modelChanged = new Signal<this, void>(this);
  model: { sharedModel: YNotebook } | null = null;

  load(sharedModel: YNotebook): void {
    this.model = { sharedModel };
    this.modelChanged.emit();
  }
}

function mark(fingerprint: string, more: Partial<Expected> = {}): Expected {
  return {
    fingerprint,
    kind: 'leftover-variable',
    bytes: 100,
    reason: '',
    at: 1000.5,
    ...more
  };
}

describe('NotebookExpectations', () => {
  let notebook: FakeNotebook;
  let shared: YNotebook;
  let expected: NotebookExpectations;
  let changes: number;

  const metadata = () => shared.getMetadata('leakhunter');

  beforeEach(() => {
    notebook = new FakeNotebook();
    shared = YNotebook.create() as YNotebook;
    expected = new NotebookExpectations(notebook as unknown as Notebook);
    changes = 0;
    expected.changed.connect(() => {
      changes++;
    });
  });

  afterEach(() => {
    expected.dispose();
    shared.dispose();
  });

  it('should remember and forget', () => {
    notebook.load(shared);
    expected.mark(mark('a', { reason: 'for the demo' }));
    expected.mark(mark('b'));
    expect(metadata()).toEqual({
      expected: [mark('a', { reason: 'for the demo' }), mark('b')]
    });
    expect(expected.list.map(one => one.fingerprint)).toEqual(['a', 'b']);
    expected.takeBack('a');
    expect(metadata()).toEqual({ expected: [mark('b')] });
    expected.takeBack('b');
    expect(shared.getMetadata()).not.toHaveProperty('leakhunter');
    expect([changes, expected.list]).toEqual([4, []]);
  });

  it('should put a mark in the place of the older one', () => {
    notebook.load(shared);
    expected.mark(mark('a'));
    expected.mark(mark('b'));
    expected.mark(mark('a', { bytes: 200 }));
    expect(metadata()).toEqual({
      expected: [mark('a', { bytes: 200 }), mark('b')]
    });
  });

  it('should write nothing when nothing changes', () => {
    notebook.load(shared);
    expected.mark(mark('a'));
    let written = 0;
    shared.metadataChanged.connect(() => {
      written++;
    });
    expected.mark(mark('a'));
    expected.takeBack('other');
    expect([written, changes]).toEqual([0, 1]);
  });

  it('should know what stood in the file', () => {
    shared.setMetadata('leakhunter', { expected: [{ ...mark('a') }] });
    notebook.load(shared);
    expect(expected.list).toEqual([mark('a')]);
    expect(changes).toBe(1);
  });

  it('should ignore and keep what is not as ours should be', () => {
    const strange = [
      null,
      'text',
      { fingerprint: 'x' },
      { ...mark('y'), kind: 'of a later version' },
      { ...mark('z'), reason: 'x'.repeat(201) },
      { ...mark('n'), bytes: -1 },
      { ...mark('') }
    ];
    const foreign = {
      other: 1,
      expected: [...strange, { ...mark('a'), by: 'me' }]
    };
    shared.setMetadata('leakhunter', foreign);
    notebook.load(shared);
    expect(expected.list.map(one => one.fingerprint)).toEqual(['a']);
    expected.mark(mark('b'));
    expected.takeBack('a');
    expected.takeBack('y');
    expect(metadata()).toEqual({
      other: 1,
      expected: [...strange, { ...mark('b') }]
    });
  });

  it.each([['text'], [[1, 2]], [{ expected: 'text' }], [null]])(
    'should not stumble over %j under its key',
    value => {
      shared.setMetadata('leakhunter', value as never);
      notebook.load(shared);
      expect(expected.list).toEqual([]);
      expected.mark(mark('a'));
      expect(expected.list).toEqual([mark('a')]);
    }
  );

  it('should see what somebody else writes into the same notebook', () => {
    notebook.load(shared);
    const other = new YNotebook();
    const pass = (from: YNotebook, to: YNotebook) =>
      Y.applyUpdate(to.ydoc, Y.encodeStateAsUpdate(from.ydoc));
    pass(shared, other);
    other.setMetadata('leakhunter', { expected: [{ ...mark('a') }] });
    pass(other, shared);
    expect(expected.list).toEqual([mark('a')]);
    other.dispose();
  });

  it('should follow the notebook to another model, and let go of the old', () => {
    notebook.load(shared);
    expected.mark(mark('a'));
    const next = YNotebook.create() as YNotebook;
    notebook.load(next);
    expect(expected.list).toEqual([]);
    shared.deleteMetadata('leakhunter');
    expected.mark(mark('b'));
    expect(shared.getMetadata()).not.toHaveProperty('leakhunter');
    next.dispose();
  });

  it('should do nothing without a model', () => {
    expected.mark(mark('a'));
    expected.takeBack('a');
    expect([expected.list, changes]).toEqual([[], 0]);
  });
});
