import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { formatTimeOfDay } from '../../analysis/format';
import { FakeModel, REPORT, RECEIPTS, OUT14 } from '../../panel/__tests__/fake';
import type { IHuntTracker } from '../../tokens';
import { addClearingCommands } from '../clearing';
import * as CommandIDs from '../commandids';

/** What each command says of itself: its caption, in brackets where it is off. */
function captions(model: FakeModel | null): Record<string, string> {
  const commands = registry(model);
  return Object.fromEntries(
    commands.listCommands().flatMap(id => {
      const caption = commands.caption(id);
      const words = commands.isEnabled(id) ? caption : `(${caption})`;
      return id === CommandIDs.open ? [] : [[id, words]];
    })
  );
}

function registry(model: FakeModel | null): CommandRegistry {
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.open, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => undefined
  });
  const tracker = { current: model } as unknown as IHuntTracker;
  addClearingCommands(commands, tracker, nullTranslator.load(''));
  return commands;
}

describe('addClearingCommands', () => {
  it('should say why a command is off', () => {
    const all = Object.values(captions(null));
    expect(new Set(all)).toEqual(new Set(['(Open a notebook first)']));
    const check = { ...OUT14, group: 'check' as const };
    const model = new FakeModel({
      report: { ...REPORT, findings: [check] },
      state: 'asking'
    });
    expect(captions(model)).toMatchObject({
      'leakhunter:review-clear':
        '(The last check found nothing that can go safely)',
      'leakhunter:preview-selected': '(No finding is selected)',
      'leakhunter:undo-clear': '(Nothing was cleared in this kernel)',
      'leakhunter:show-receipts': '(The kernel is not watched)'
    });
  });

  it('should say what a command does', () => {
    const model = new FakeModel({
      selection: new Set(['f1', 'f2']),
      receipts: [RECEIPTS],
      undoable: RECEIPTS
    });
    expect(captions(model)).toMatchObject({
      'leakhunter:review-clear':
        'Look at what can go safely before clearing it',
      'leakhunter:preview-selected':
        'Look at what clearing the 2 selected findings would do',
      'leakhunter:undo-clear': `Bring back what was cleared at ${formatTimeOfDay(
        RECEIPTS.at,
        false
      )}`,
      'leakhunter:show-receipts': 'Show what was cleared in this kernel'
    });
  });

  it('should tell a busy kernel from one without undo', () => {
    const undo = (more: Partial<FakeModel>) =>
      captions(new FakeModel({ receipts: [RECEIPTS], ...more }))[
        'leakhunter:undo-clear'
      ];
    expect(undo({ undoable: RECEIPTS, canAct: false })).toBe(
      '(No watched kernel is free for this)'
    );
    expect(undo({})).toBe(
      '(What was cleared was not saved, or its time is over)'
    );
    expect(undo({ receipts: [{ ...RECEIPTS, undone: true }] })).toBe(
      '(Everything that was cleared is back)'
    );
  });

  it('should ask the model of the notebook last in use', async () => {
    const model = new FakeModel({
      selection: new Set(['f1']),
      undoable: RECEIPTS
    });
    const commands = registry(model);
    await commands.execute(CommandIDs.previewSelected);
    await commands.execute(CommandIDs.undoClear);
    await commands.execute(CommandIDs.showReceipts);
    expect(model.asked).toEqual(['previewClear -', 'undo -', 'showReceipts']);
  });
});
