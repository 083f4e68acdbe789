import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { FakeModel, REPORT, TRACEBACK } from '../../panel/__tests__/fake';
import type { IHuntTracker } from '../../tokens';
import { addFindingCommands } from '../findings';
import * as CommandIDs from '../commandids';

let commands: CommandRegistry;
let model: FakeModel;
let opened: number;
let copied: string[];

beforeEach(() => {
  commands = new CommandRegistry();
  opened = 0;
  copied = [];
  commands.addCommand(CommandIDs.open, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => void opened++
  });
  model = new FakeModel({ tab: 'cells', view: 'receipts' });
  const tracker = { current: model } as unknown as IHuntTracker;
  const trans = nullTranslator.load('');
  addFindingCommands(commands, tracker, trans, text => copied.push(text));
});

/** Executes commands one after the other; returns what is opened after each. */
async function walk(...ids: string[]): Promise<(string | null)[]> {
  const found = [];
  for (const id of ids) {
    await commands.execute(id);
    found.push(model.openFinding);
  }
  return found;
}

describe('the commands of findings', () => {
  it('should go through the list and around its ends', async () => {
    const { nextFinding: next, previousFinding: previous } = CommandIDs;
    expect(await walk(next, next, previous, previous, next)).toEqual([
      'f1',
      'f2',
      'f1',
      'f6',
      'f1'
    ]);
    expect([model.tab, model.view, opened]).toEqual(['findings', 'list', 5]);
  });

  it('should begin at the end when it goes up from nothing', async () => {
    expect(await walk(CommandIDs.previousFinding)).toEqual(['f6']);
  });

  it('should say why they are off', () => {
    model.set({ report: null });
    expect(commands.isEnabled(CommandIDs.nextFinding)).toBe(false);
    expect(commands.caption(CommandIDs.nextFinding)).toBe(
      'No finding is listed'
    );
    expect(commands.caption(CommandIDs.copyFix)).toBe('No finding is opened');
    const findings = [TRACEBACK];
    model.set({ report: { ...REPORT, findings }, openFinding: TRACEBACK.id });
    expect(commands.caption(CommandIDs.copyFix)).toBe(
      'No fix in code is known for the opened finding'
    );
  });

  it('should copy the fix of the opened finding without the panel', async () => {
    model.set({ openFinding: 'f2' });
    await commands.execute(CommandIDs.copyFix);
    expect([copied, opened]).toEqual([['del df_raw'], 0]);
  });
});
