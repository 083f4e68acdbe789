import { anyHello, readEvent, replies, understand } from '../guards';
import {
  cellRun,
  checked,
  ended,
  events,
  hello,
  report,
  traced
} from './samples';

/** A deep copy with one place of it replaced. */
function broken(value: unknown, path: string[], by: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(value));
  const last = path[path.length - 1];
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  parent[last] = by;
  return copy;
}

describe('readEvent', () => {
  let warn: jest.SpyInstance;

  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });

  afterEach(() => {
    warn.mockRestore();
  });

  it.each(events.map(event => [event.kind, event]))(
    'should read %s',
    (_, event) => {
      expect(readEvent(event)).toBe(event);
      expect(warn).not.toHaveBeenCalled();
    }
  );

  it('should let through fields that a newer kernel side adds', () => {
    const event = { ...ended(1, 1), mood: 'good' };
    expect(readEvent(event)).toBe(event);
  });

  it.each([
    ['nothing', null],
    ['a text', 'run-ended'],
    ['an unknown kind', { kind: 'exploded', seq: 1 }],
    ['a name that every object has', { kind: 'toString', seq: 1 }],
    ['a missing number', { kind: 'unloaded' }],
    ['NaN', { kind: 'unloaded', seq: NaN }],
    ['a text for a number', broken(ended(1, 1), ['record', 'run'], '1')],
    ['null for a number', broken(ended(1, 1), ['memory', 'rss'], null)],
    ['a list of numbers', broken(ended(1, 1), ['record', 'read'], [1])],
    [
      'an unknown word',
      broken(checked(1), ['report', 'findings', '0', 'group'], 'x')
    ],
    [
      'a part of the sheet without its bytes',
      broken(checked(1), ['report', 'sheet', 'parts', '0', 'bytes'], null)
    ],
    [
      'a line of a trace that is not there',
      broken(traced(), ['trace', 'lines', '0', 'spot'], 9)
    ],
    [
      'a call of a trace that is no number of one',
      broken(traced(), ['trace', 'stacks', '0', 'frames'], [0.5])
    ],
    [
      'an inherited word',
      broken(checked(1), ['report', 'findings', '0', 'part'], 'constructor')
    ]
  ])('should drop %s with one warning', (_, message) => {
    expect(readEvent(message)).toBeNull();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('should say where a message does not fit', () => {
    readEvent(broken(checked(1), ['report', 'findings', '0', 'frees'], 'all'));
    expect(warn.mock.calls[0][0]).toContain(
      'report.findings[0].frees is not a number'
    );
  });
});

describe('replies', () => {
  const session = { session: 'life-1', seq: 3 };

  it.each([
    ['hello', replies.hello, hello()],
    ['runs', replies.runs, { ...session, runs: [cellRun(1)], more: false }],
    ['report', replies.report, { ...session, report: report() }],
    ['no report', replies.report, { ...session, report: null }],
    ['accepted', replies.accepted, { waits: true }]
  ])('should read %s', (_, read, body) => {
    expect(read(body, '')).toBe(body);
  });

  it('should name another version instead of not understanding it', () => {
    const other = { protocol: 7, version: '9.0', everything: 'else' };
    expect(understand(anyHello, other, 'hello')).toBe(other);
  });
});
