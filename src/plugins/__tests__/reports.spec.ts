import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { FakeModel, MEMORY, REPORT, RUNS } from '../../panel/__tests__/fake';
import type { IRecordFile } from '../../report/records';
import type { IHuntTracker } from '../../tokens';
import * as CommandIDs from '../commandids';
import { addReportCommands } from '../reports';

let commands: CommandRegistry;
let model: FakeModel;
let copied: string[];
let saved: IRecordFile[];

beforeEach(() => {
  commands = new CommandRegistry();
  model = new FakeModel();
  copied = [];
  saved = [];
  const tracker = { current: model } as unknown as IHuntTracker;
  addReportCommands(commands, tracker, nullTranslator.load(''), {
    copy: text => copied.push(text),
    save: file => saved.push(file)
  });
});

describe('addReportCommands', () => {
  it('should copy the report', async () => {
    await commands.execute(CommandIDs.copyReport);
    expect(copied[0]).toMatch(/^Leak Hunter churn_model\.ipynb/);
  });

  it('should copy the record of a kernel that ended first', async () => {
    const lastExit = {
      byItself: true,
      at: 0,
      running: null,
      memory: MEMORY,
      samples: [],
      report: REPORT,
      oomBefore: 0,
      oomAfter: 1
    };
    model.set({ lastExit });
    await commands.execute(CommandIDs.copyReport);
    expect(copied[0]).toContain('The kernel ran out of memory');
  });

  it('should save all that is known, or the runs as a table', async () => {
    model.set({ pastRuns: RUNS.slice(0, 1) });
    await commands.execute(CommandIDs.exportRecords);
    await commands.execute(CommandIDs.exportRecords, { format: 'csv' });
    expect(saved.map(({ name, type }) => [name, type])).toEqual([
      ['churn_model-memory.json', 'application/json'],
      ['churn_model-memory.csv', 'text/csv']
    ]);
    expect(JSON.parse(saved[0].text).runs).toEqual(RUNS);
    const lines = saved[1].text.split('\r\n');
    expect(lines.length).toBe(RUNS.length + 3);
    expect(lines[1]).toMatch(/^1,1,cell-1,"import pandas as pd, numpy as np",/);
    expect([lines[1], lines[2]].map(line => line.split(',').pop())).toEqual([
      'true',
      'false'
    ]);
  });
});
