import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import * as schema from '../../../schema/plugin.json';
import { FakeModel, RUNS, ref } from '../../panel/__tests__/fake';
import type { IHuntTracker } from '../../tokens';
import { commandsPlugin } from '../commands';
import * as CommandIDs from '../commandids';

let commands: CommandRegistry;
let model: FakeModel;
let palette: { command: string; category: string }[];
let opened: number;

/** The cell under the pointer when the menu was opened. */
let clicked: HTMLElement | null;

beforeEach(() => {
  commands = new CommandRegistry();
  model = new FakeModel();
  palette = [];
  opened = 0;
  clicked = null;
  const app = {
    commands,
    shell: { activateById: () => opened++ },
    contextMenuHitTest: () => clicked
  } as unknown as JupyterFrontEnd;
  const tracker = {
    current: model,
    front: model,
    bring: () => undefined,
    currentChanged: new Signal({})
  } as unknown as IHuntTracker;
  const list = {
    addItem: (item: { command: string; category: string }) => palette.push(item)
  } as unknown as ICommandPalette;
  jest.useFakeTimers();
  void commandsPlugin.activate(app, tracker, list, null);
  jest.runOnlyPendingTimers();
  jest.useRealTimers();
});

const words = (id: string, args = {}) =>
  commands.isEnabled(id, args)
    ? commands.caption(id, args)
    : `(${commands.caption(id, args)})`;

describe('commandsPlugin', () => {
  it('should tell once of many changes in a row', () => {
    jest.useFakeTimers();
    const told: (string | undefined)[] = [];
    commands.commandChanged.connect((_, { id }) => told.push(id));
    const many = () => {
      for (let count = 0; count < 20; count++) {
        model.set({ canAct: count % 2 === 0 });
      }
      jest.runOnlyPendingTimers();
      return told.splice(0).filter(id => id === CommandIDs.checkNow).length;
    };
    expect([many(), many()]).toEqual([1, 1]);
    jest.useRealTimers();
  });

  it('should add every command, with its arguments, to the palette', async () => {
    const ids = Object.values(CommandIDs);
    expect(palette.map(({ command }) => command).sort()).toEqual(
      [...ids].sort()
    );
    expect(new Set(palette.map(({ category }) => category))).toEqual(
      new Set(['Leak Hunter'])
    );
    for (const id of ids) {
      const { args } = await commands.describedBy(id);
      expect(args?.type).toBe('object');
      for (const one of Object.values(args?.properties ?? {})) {
        expect(one).toHaveProperty('description');
      }
      expect([id, commands.label(id), commands.caption(id)]).not.toContain('');
    }
  });

  it('should know every command of the menus and keys', () => {
    const { 'jupyter.lab.menus': menus, 'jupyter.lab.shortcuts': keys } =
      schema;
    const items = [
      ...menus.main.flatMap(({ items: inside }) => inside),
      ...menus.context,
      ...keys
    ];
    const named = items.flatMap(item =>
      'command' in item && item.command ? [item.command] : []
    );
    expect(named.filter(id => !commands.hasCommand(id))).toEqual([]);
  });

  it('should start and stop watching, and say why not', async () => {
    const { startWatching, stopWatching } = CommandIDs;
    expect([words(startWatching), words(stopWatching)]).toEqual([
      '(This kernel is watched already)',
      'Record nothing more in this kernel; what was recorded goes'
    ]);
    await commands.execute(stopWatching);
    model.set({ state: 'asking' });
    expect([words(startWatching), words(stopWatching)]).toEqual([
      'Record what each cell does to memory',
      '(The kernel is not watched)'
    ]);
    await commands.execute(startWatching);
    expect(model.asked).toEqual(['stopWatching', 'startWatching false']);
    expect(opened).toBe(0);
  });

  it('should show the memory of the active cell, or of the one clicked', async () => {
    const { showCellMemory: show } = CommandIDs;
    expect(words(show)).toBe('(No code cell is active)');
    model.activeCell = { cell_id: 'new', execution_count: null };
    expect(words(show)).toBe('(This cell has not run since watching began)');
    model.activeCell = { cell_id: 'cell-14', execution_count: null };
    await commands.execute(show);
    clicked = Object.assign(document.createElement('div'), { id: 'cell-4' });
    await commands.execute(show, { clicked: true, held: true });
    expect(model.asked).toEqual(['showCell 14', 'filterByCell 4']);
    expect(opened).toBe(2);
    expect(commands.label(show, { held: true })).toBe(
      'Show What It Still Holds'
    );
  });

  it('should hide the line of one cell, or of all', async () => {
    const { toggleCellLines: toggle } = CommandIDs;
    clicked = Object.assign(document.createElement('div'), { id: 'cell-4' });
    const one = { clicked: true };
    expect(commands.label(toggle, one)).toBe('Hide Memory Line');
    await commands.execute(toggle, one);
    model.set({ hiddenLines: new Set(['cell-4']) });
    expect(commands.label(toggle, one)).toBe('Show Memory Line');
    expect([
      commands.isToggled(toggle),
      commands.isToggled(toggle, one)
    ]).toEqual([true, false]);
    await commands.execute(toggle);
    expect(model.asked).toEqual([
      'toggleLine "cell-4"',
      'saveSetting "cellLine" "off"'
    ]);
  });

  it('should go to a cell by id, by number, or to the active one', async () => {
    const { goToCell } = CommandIDs;
    expect(words(goToCell)).toBe('(No code cell is active)');
    await commands.execute(goToCell, { executionCount: 7 });
    model.activeCell = ref(5);
    await commands.execute(goToCell);
    expect(model.asked).toEqual(['goToCell 7', 'goToCell 5']);
  });

  it('should say why nothing can be copied or saved', () => {
    expect(words(CommandIDs.copyReport)).toBe(
      'Copy what the panel says as plain text'
    );
    model.set({ report: null, runs: [] });
    expect(words(CommandIDs.copyReport)).toBe('(Nothing has been checked yet)');
    expect(words(CommandIDs.exportRecords)).toBe(
      '(No cell has run since watching began)'
    );
    model.set({ pastRuns: RUNS });
    expect(commands.isEnabled(CommandIDs.exportRecords)).toBe(true);
  });
});
