import {
  cellRun,
  checked,
  ended,
  finding,
  givenBack,
  hello,
  inventory,
  preview,
  receipts,
  report,
  sample,
  sheet,
  started,
  totals,
  undone
} from '../../protocol/__tests__/samples';
import type { Accepted, AnyEvent } from '../../protocol/generated';
import { isListed } from '../../analysis/findings';
import type { IHuntDoor, INotebookDoor, Wish } from '../door';
import { HuntModel } from '../hunt';
import { ceased, greeted, reduce } from '../reduce';
import { HuntSettings } from '../settings';

/** A kernel that takes every wish, unless `turnDown` says why not. */
class FakeDoor implements IHuntDoor {
  wishes: Wish[] = [];
  turnDown: string | null = null;
  waits = false;
  start = jest.fn();
  stop = jest.fn();

  async wish(wish: Wish): Promise<Accepted> {
    this.wishes.push(wish);
    if (this.turnDown !== null) {
      throw new Error(this.turnDown);
    }
    return { waits: this.waits };
  }

  get commands(): string[] {
    return this.wishes.map(({ command }) => command);
  }
}

describe('HuntModel', () => {
  let model: HuntModel;
  let door: FakeDoor;
  let notebook: Record<keyof INotebookDoor, jest.Mock>;
  let seq: number;
  const safe = finding('f1', { frees: 100 });
  const other = finding('f2', { frees: 20 });
  const check = finding('f3', { group: 'check' });
  const advice = finding('f4', {
    remedy: { action: 'advice', code: 'x', frees: 0 }
  });
  const findings = [safe, other, check, advice];

  /** Sends an event, numbered in turn. */
  function send(event: AnyEvent): void {
    seq += 1;
    model.store.update(state => reduce(state, { ...event, seq }));
  }

  function request(): string {
    return door.wishes[door.wishes.length - 1].request ?? '';
  }

  async function settled(): Promise<void> {
    await jest.advanceTimersByTimeAsync(300);
  }

  beforeEach(() => {
    jest.useFakeTimers();
    seq = 0;
    door = new FakeDoor();
    notebook = {
      restartKernel: jest.fn(),
      interruptKernel: jest.fn(),
      goToCell: jest.fn(),
      focusNotebook: jest.fn(),
      cellAt: jest.fn(),
      markExpected: jest.fn(),
      takeBack: jest.fn()
    };
    model = new HuntModel({
      settings: new HuntSettings(),
      installCommand: '%pip install it',
      notebook
    });
    model.door = door;
    model.store.update(state => greeted(state, hello()));
    send(checked(0, { report: report({ findings }) }));
  });

  afterEach(() => {
    model.dispose();
    jest.useRealTimers();
  });

  describe('#sampled', () => {
    it('should be emitted at most twice a second, with the last sample', () => {
      const seen: number[] = [];
      model.sampled.connect((_, { at }) => seen.push(at));
      send(started(0, 2));
      [1, 2, 3].forEach(at => send({ ...sample(0, 2), at }));
      expect(seen).toEqual([1]);
      jest.advanceTimersByTime(500);
      expect(seen).toEqual([1, 3]);
      send({ ...sample(0, 2), at: 4 });
      send(ended(0, 2));
      jest.advanceTimersByTime(500);
      expect(seen).toEqual([1, 3]);
    });
  });

  describe('#running', () => {
    it('should be told again of a kernel that did not come back', () => {
      const states = ['restarting', 'dead'] as const;
      send(started(0, 2));
      const told = states.map(state => {
        model.store.update(known => ceased(known, state, 5));
        return model.running?.run ?? null;
      });
      expect(told).toEqual([null, 2]);
    });
  });

  describe('#filterByCell', () => {
    const cell = { cell_id: 'c9', execution_count: 9 };

    it('should be the only filter, and end with a finding of another cell', () => {
      model.tab = 'cells';
      model.partFilter = 'leftover';
      model.filterByCell(cell);
      expect(model.tab).toBe('findings');
      expect(model.filter).toEqual({ part: null, cell, span: null });
      model.openFinding = 'f1';
      expect(model.filter.cell).toBeNull();
      model.filterByCell(cell);
      model.partFilter = 'leftover';
      expect(model.filter.cell).toBeNull();
    });
  });

  describe('#filterBySpan', () => {
    it('should list what runs in a row left, until there are none', () => {
      const runs = [4, 5, 6].map(count => cellRun(count));
      model.filterBySpan(runs);
      expect(model.filter).toEqual({
        part: null,
        cell: null,
        span: { first: 4, last: 6, counts: new Set([4, 5, 6]) }
      });
      expect(isListed(finding('f9', { cell: runs[1] }), model.filter)).toBe(
        true
      );
      const before = { cell_id: 'c5', execution_count: 3 };
      expect(isListed(finding('f9', { cell: before }), model.filter)).toBe(
        false
      );
      model.filterBySpan([]);
      expect(model.filter.span).toBeNull();
    });
  });

  describe('#showCell', () => {
    it('should open the table, and forget the cell with it', () => {
      const cell = { cell_id: 'c9', execution_count: 9 };
      model.showCell(cell);
      expect([model.tab, model.shownCell]).toEqual(['cells', cell]);
      const first = model.shownCell;
      model.showCell(cell);
      expect(model.shownCell).not.toBe(first);
      model.tab = 'findings';
      model.tab = 'cells';
      expect(model.shownCell).toBeNull();
    });
  });

  describe('#toggleLine', () => {
    it('should hide the line of a cell and show it again', () => {
      model.toggleLine('c1');
      expect([...model.hiddenLines]).toEqual(['c1']);
      model.toggleLine('c1');
      expect([...model.hiddenLines]).toEqual([]);
    });
  });

  describe('#collect', () => {
    it('should show what it returned among the objects', () => {
      model.collect();
      expect(door.commands).toEqual(['leakhunter.collect']);
      const collection = {
        at: 1,
        objects: 3,
        stuck: 0,
        measured: 5,
        rss_before: 9,
        rss_after: 4,
        seconds: 0
      };
      send({ kind: 'collected', seq: 0, request: request(), collection });
      expect([model.view, model.objects?.collection]).toEqual([
        'objects',
        collection
      ]);
    });
  });

  describe('#inventory', () => {
    const asked = () =>
      door.commands.filter(command => command === 'leakhunter.variables')
        .length;
    const answer = (at: number) =>
      send({
        kind: 'inventoried',
        seq: 0,
        request: request(),
        inventory: inventory({ at })
      });

    it('should be asked for only while its tab is on screen', () => {
      model.tab = 'variables';
      expect(asked()).toBe(0);
      model.visible = true;
      expect(asked()).toBe(1);
      answer(2000);
      model.tab = 'cells';
      send(checked(0, { report: report({ at: 3000 }) }));
      expect(asked()).toBe(1);
      model.tab = 'variables';
      expect(asked()).toBe(2);
    });

    it('should untick what is gone', () => {
      model.tab = 'variables';
      model.visible = true;
      model.chooseVariables(['X_train', 'gone']);
      answer(2000);
      expect([...model.chosenVariables]).toEqual(['X_train']);
    });
  });

  describe('#changed', () => {
    it('should not be emitted for a live sample', () => {
      send(started(0, 2));
      const log: string[] = [];
      model.changed.connect(() => log.push('changed'));
      model.sampled.connect(() => log.push('sampled'));
      send(sample(0, 2));
      expect(log).toEqual(['sampled']);
      send(ended(0, 2));
      expect(log).toEqual(['sampled', 'changed']);
    });

    it('should not be emitted when nothing changed', () => {
      let count = 0;
      model.changed.connect(() => count++);
      model.tab = 'findings';
      model.openFinding = null;
      model.dismissRefusal();
      model.select([]);
      expect(count).toBe(0);
      model.tab = 'cells';
      model.openFinding = 'f1';
      model.select(['f1']);
      expect(count).toBe(3);
    });
  });

  describe('#marking', () => {
    it('should open the finding, and end when another is opened', () => {
      model.marking = 'f3';
      expect([model.openFinding, model.marking]).toEqual(['f3', 'f3']);
      model.openFinding = 'f1';
      model.openFinding = 'f3';
      expect(model.marking).toBeNull();
    });
  });

  describe('#markExpected', () => {
    it('should remember the size of now and no name', () => {
      model.markExpected('f1', '  two\nlines ');
      const { fingerprint, kind } = safe;
      const at = Date.now() / 1000;
      const reason = 'two lines';
      expect(notebook.markExpected.mock.calls).toEqual([
        [{ fingerprint, kind, bytes: 100, reason, at }]
      ]);
    });

    it('should do nothing about what is not found', () => {
      model.markExpected('f99', '');
      expect(notebook.markExpected).not.toHaveBeenCalled();
    });

    it('should take back in the notebook', () => {
      model.takeBack('print');
      expect(notebook.takeBack.mock.calls).toEqual([['print']]);
    });
  });

  describe('#reportStale', () => {
    it('should tell that something ran since the check', () => {
      expect(model.reportStale).toBe(false);
      send(started(0, 2));
      expect(model.reportStale).toBe(true);
      send(ended(0, 2));
      expect(model.reportStale).toBe(true);
      send(checked(0, { report: report({ at: 2000, after_run: 2 }) }));
      expect(model.reportStale).toBe(false);
    });
  });

  describe('#selection', () => {
    it('should ask what the set frees once the clicking stops', async () => {
      model.toggle('f1');
      model.toggle('f2');
      expect([model.selectionFrees, model.selectionAtLeast]).toEqual([
        null,
        120
      ]);
      expect(door.wishes).toEqual([]);
      await settled();
      expect(door.wishes).toMatchObject([
        { command: 'leakhunter.preview', ids: ['f1', 'f2'] }
      ]);
      send({
        kind: 'previewed',
        seq,
        request: request(),
        preview: preview({ totals: totals({ frees: 150 }) })
      });
      expect([model.selectionFrees, model.view]).toEqual([150, 'list']);
      model.toggle('f2');
      expect(model.selectionFrees).toBeNull();
    });

    it('should not show what another set frees', async () => {
      model.select(['f1']);
      await settled();
      const first = request();
      model.toggle('f2');
      await settled();
      expect(door.commands).toEqual([
        'leakhunter.preview',
        'leakhunter.cancel',
        'leakhunter.preview'
      ]);
      send({ kind: 'previewed', seq, request: first, preview: preview() });
      expect(model.selectionFrees).toBeNull();
    });

    it('should not ask while a preview is asked for or shown', async () => {
      model.select(['f1', 'f2']);
      model.previewClear();
      await settled();
      send({ kind: 'previewed', seq, request: request(), preview: preview() });
      send(checked(0, { report: report({ at: 2000, findings }) }));
      await settled();
      expect(door.commands).toEqual(['leakhunter.preview']);
      model.back();
      await settled();
      expect(door.commands).toEqual([
        'leakhunter.preview',
        'leakhunter.preview'
      ]);
    });

    it('should untick what is gone and ask again', async () => {
      model.select(['f1', 'f2']);
      await settled();
      send(checked(0, { report: report({ at: 2000, findings: [other] }) }));
      expect([...model.selection]).toEqual(['f2']);
      await settled();
      expect(door.wishes[door.wishes.length - 1]).toMatchObject({
        ids: ['f2']
      });
    });
  });

  describe('#openFinding', () => {
    it('should close when the finding is gone', () => {
      model.openFinding = 'f1';
      send(checked(0, { report: report({ at: 2000, findings: [other] }) }));
      expect(model.openFinding).toBeNull();
    });
  });

  describe('#partFilter', () => {
    it('should hold while the part has memory or a finding', () => {
      model.partFilter = 'kept';
      expect(model.partFilter).toBe('kept');
      const parts = sheet().parts.filter(({ part }) => part !== 'kept');
      const changed = sheet({ parts });
      send(
        checked(0, { report: report({ at: 2000, findings, sheet: changed }) })
      );
      expect(model.partFilter).toBeNull();
      model.partFilter = 'leftover';
      expect(model.partFilter).toBe('leftover');
    });

    it('should give way to a finding of another part that is opened', () => {
      model.partFilter = 'kept';
      model.openFinding = 'f1';
      expect(model.partFilter).toBeNull();
      model.partFilter = 'leftover';
      model.openFinding = 'f2';
      expect(model.partFilter).toBe('leftover');
    });
  });

  describe('#giveBack', () => {
    it('should keep what it brought until the next cell runs', () => {
      model.giveBack();
      expect(door.commands).toEqual(['leakhunter.give-back']);
      expect(model.pending).toMatchObject({ what: 'give-back' });
      const given = givenBack();
      send({ kind: 'gave-back', seq, request: request(), given });
      expect([model.pending, model.given]).toEqual([null, given]);
      send(checked(0, { report: report({ at: 2000, findings }) }));
      expect(model.given).toBe(given);
      send(started(0, 2));
      expect(model.given).toBeNull();
    });

    it('should not show what another page asked for', () => {
      model.giveBack();
      send({ kind: 'gave-back', seq, request: 'theirs', given: givenBack() });
      expect([model.pending?.what, model.given]).toEqual(['give-back', null]);
    });
  });

  describe('clearing', () => {
    async function look(): Promise<void> {
      model.reviewSafe();
      await settled();
      const request = door.wishes[0].request ?? '';
      send({ kind: 'previewed', seq, request, preview: preview() });
    }

    it('should review what is safe and can be cleared', async () => {
      model.reviewSafe();
      expect([...model.selection]).toEqual(['f1', 'f2']);
      expect(door.wishes).toMatchObject([
        { command: 'leakhunter.preview', ids: ['f1', 'f2'] }
      ]);
      expect(model.pending).toMatchObject({ what: 'preview', waits: false });
    });

    it('should clear what was ticked in the preview, and show the receipt', async () => {
      await look();
      expect([model.view, model.pending]).toEqual(['preview', null]);
      model.clear(true);
      expect(door.wishes[door.wishes.length - 1]).toMatchObject({
        command: 'leakhunter.clear',
        preview: 'p1',
        ids: ['f1'],
        save: true
      });
      send({ kind: 'cleared', seq, request: request(), receipts: receipts() });
      expect([model.view, model.preview, [...model.selection]]).toEqual([
        'receipt',
        null,
        []
      ]);
      model.back();
      expect([model.view, model.receipt]).toEqual(['list', null]);
      expect(model.receipts.map(({ id }) => id)).toEqual(['r1']);
    });

    it('should not clear with a preview that is stale', async () => {
      await look();
      expect(model.previewStale).toBe(false);
      send(started(0, 2));
      expect(model.previewStale).toBe(false);
      send(ended(0, 2));
      expect(model.previewStale).toBe(true);
      const { length } = door.wishes;
      model.clear(true);
      expect(door.wishes.length).toBe(length);
    });

    it('should not clear nothing, nor without a preview', async () => {
      model.clear(true);
      await look();
      model.tickAll([]);
      model.clear(true);
      expect(door.commands).not.toContain('leakhunter.clear');
    });
  });

  describe('#ticked', () => {
    const items = preview().items;
    const three = preview({
      items: ['f1', 'f2', 'f3'].map(id => ({ ...items[0], id })),
      totals: totals({ ids: ['f1', 'f2', 'f3'] })
    });
    const lost = {
      item: 'f3',
      title: 'net',
      reason: 'it is an object of your class `Net`',
      in_part: false,
      cell: null,
      seconds: null
    };

    async function look(shown = three): Promise<void> {
      model.previewClear(['f1']);
      send({ kind: 'previewed', seq, request: request(), preview: shown });
      await settled();
    }

    function answer(of: string, frees: number): void {
      send({
        kind: 'totalled',
        seq,
        request: of,
        preview: 'p1',
        totals: totals({ frees })
      });
    }

    it('should be at first what undo brings back', async () => {
      const undo = { ...three.totals.undo, unsaved: [lost] };
      await look({ ...three, totals: { ...three.totals, undo } });
      expect([...model.ticked]).toEqual(['f1', 'f2']);
      expect(door.wishes[door.wishes.length - 1]).toMatchObject({
        command: 'leakhunter.totals',
        preview: 'p1',
        ids: ['f1', 'f2']
      });
    });

    it('should be nothing where nothing can be undone', async () => {
      const undo = { ...three.totals.undo, refused: 'The disk is full.' };
      await look({ ...three, totals: { ...three.totals, undo } });
      expect([...model.ticked]).toEqual([]);
      expect(door.commands).toEqual(['leakhunter.preview']);
    });

    it('should know the totals of all of it without asking', async () => {
      await look();
      expect(model.totals).toBe(three.totals);
      expect(door.commands).toEqual(['leakhunter.preview']);
    });

    it('should ask once the clicking stops, and take the last answer only', async () => {
      await look();
      model.tick('f1');
      expect(model.totals).toBeNull();
      await settled();
      const first = request();
      model.tick('f2');
      await settled();
      const second = request();
      expect(door.commands).toEqual([
        'leakhunter.preview',
        'leakhunter.totals',
        'leakhunter.totals'
      ]);
      answer(first, 7);
      expect(model.totals).toBeNull();
      answer(second, 8);
      expect(model.totals?.frees).toBe(8);
    });

    it('should be stale when the kernel side does not know the preview', async () => {
      await look();
      model.tick('f1');
      await settled();
      const message = 'Changed since the preview: look again.';
      send({ kind: 'refused', seq, request: request(), message });
      expect([model.previewStale, model.refusal]).toEqual([true, null]);
    });
  });

  describe('#undo', () => {
    const soon = Date.now() / 1000 + 1800;

    function clear(id: string, at: number, undo_until: number | null): void {
      const cleared = receipts({ id, at, undo_until });
      send({ kind: 'cleared', seq, request: 'theirs', receipts: cleared });
    }

    it('should undo the last clearing that can be undone', () => {
      clear('r1', 1000, soon);
      clear('r2', 2000, soon);
      clear('r3', 3000, null);
      model.undo();
      expect(door.wishes).toMatchObject([
        { command: 'leakhunter.undo', receipt: 'r2' }
      ]);
      send({
        kind: 'undid',
        seq,
        request: request(),
        undone: undone({ receipt: 'r2' })
      });
      expect([model.view, model.pending]).toEqual(['undone', null]);
      expect(model.undoable?.id).toBe('r1');
      model.back();
      expect(model.view).toBe('list');
    });

    it('should do nothing when the time is over', () => {
      clear('r1', 1000, 2800);
      model.undo();
      expect(door.wishes).toEqual([]);
    });
  });

  describe('#openReceipt', () => {
    it('should lead back through the list of receipts', () => {
      const cleared = receipts();
      send({ kind: 'cleared', seq, request: 'theirs', receipts: cleared });
      model.showReceipts();
      model.openReceipt('r1');
      expect([model.view, model.receipt]).toEqual(['receipt', cleared]);
      model.previewClear(['Out[3]']);
      send({ kind: 'previewed', seq, request: request(), preview: preview() });
      const seen = [];
      while (model.view !== 'list') {
        seen.push(model.view);
        model.back();
      }
      expect(seen).toEqual(['preview', 'receipt', 'receipts']);
    });
  });

  describe('#pending', () => {
    it('should say that a wish waits, and take it back', async () => {
      door.waits = true;
      model.checkNow();
      await settled();
      expect(model.pending).toMatchObject({ what: 'check', waits: true });
      model.cancel();
      await settled();
      expect(door.commands).toEqual(['leakhunter.check', 'leakhunter.cancel']);
      expect(model.pending).toBeNull();
    });

    it('should end the check that nobody asked for', async () => {
      model.stopLooking();
      await settled();
      expect([door.commands, model.looking]).toEqual([
        ['leakhunter.cancel'],
        'stopped'
      ]);
      expect(door.wishes[0]).toMatchObject({ request: null });
    });

    it('should stay when it is too late to take it back', async () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation();
      model.checkNow();
      door.turnDown = 'It is done already.';
      model.cancel();
      await settled();
      expect(model.pending).not.toBeNull();
      warn.mockRestore();
    });

    it('should not take the acceptance of the wish before for its own', async () => {
      door.waits = true;
      model.checkNow();
      send(checked(0, { request: request() }));
      door.wish = () => new Promise(() => undefined);
      model.reviewSafe();
      const { pending } = model;
      await settled();
      expect(model.pending).toBe(pending);
      expect(pending).toMatchObject({ what: 'preview', waits: false });
    });

    it('should not mind an answer that is faster than the acceptance', async () => {
      model.checkNow();
      send(checked(0, { request: request() }));
      await settled();
      expect(model.pending).toBeNull();
    });
  });

  describe('#findCell', () => {
    it('should find by id, and by number only without one', () => {
      const cell = {
        id: 'c1',
        firstLine: 'x',
        executionCount: 3,
        edited: false
      };
      model.cells = [cell];
      const found = (cell_id: string | null, execution_count: number | null) =>
        model.findCell({ cell_id, execution_count });
      expect(found('c1', 9)).toBe(cell);
      expect(found('gone', 3)).toBeNull();
      expect(found(null, 3)).toBe(cell);
      expect(found(null, null)).toBeNull();
    });
  });

  it('should name the notebook by its file', () => {
    model.notebookPath = 'work/today/leak.ipynb';
    expect(model.notebookName).toBe('leak.ipynb');
  });

  it('should do nothing without a kernel', () => {
    model.door = null;
    model.checkNow();
    model.reviewSafe();
    expect([model.pending, model.canAct]).toEqual([null, false]);
  });
});
