/**
 * What is known of a growth test while its view is open: pure functions. The
 * view has three steps: what the test would do, how far it is, what it proved.
 */
import type {
  CellRef,
  Planned,
  Proof,
  Proved,
  Proving
} from '../protocol/generated';
import type { IHuntState } from './state';

/** What is to be proved: a finding or a cell, and the proof to compare with. */
export interface ITestSubject {
  readonly finding: string | null;
  readonly cell: CellRef | null;
  readonly before: string | null;
}

/** A test; a step is shown when the one after it is null. */
export interface ITest {
  readonly subject: ITestSubject;

  /** `null` while the kernel is asked. */
  readonly plan: Planned | null;

  /** Number of the last run that had started when it was planned. */
  readonly afterRun: number;

  /** The test under way. */
  readonly request: string | null;

  /** How far it is; `null` before its first run. */
  readonly step: Proving | null;
  readonly proof: Proof | null;
}

/** A test of which nothing is known yet. */
export function newTest(subject: ITestSubject): ITest {
  return {
    subject,
    plan: null,
    afterRun: 0,
    request: null,
    step: null,
    proof: null
  };
}

/** The state once the plan is known. */
export function withPlan(
  state: IHuntState,
  plan: Planned,
  afterRun: number
): IHuntState {
  const { test } = state;
  return {
    ...state,
    pending: null,
    test: test && { ...newTest(test.subject), plan, afterRun }
  };
}

/** The state after another word about how far a test is. */
export function withStep(state: IHuntState, step: Proving): IHuntState {
  const { test, pending } = state;
  if (test?.request !== step.request) {
    return state;
  }
  // What waited for a cell has begun.
  const begun = pending && { ...pending, waits: false };
  return { ...state, pending: begun, test: { ...test, step } };
}

/** The state with a verdict, also of a test that was stopped. */
export function withProof(
  state: IHuntState,
  { request, proof }: Proved
): IHuntState {
  const { test, pending } = state;
  if (test?.request !== request) {
    return state;
  }
  return {
    ...state,
    pending: pending?.request === request ? null : pending,
    view: state.view === 'list' ? 'test' : state.view,
    test: { ...test, request: null, step: null, proof }
  };
}

/** The test after its wish was turned down. */
export function withoutRun(test: ITest | null, request: string): ITest | null {
  return test?.request === request
    ? { ...test, request: null, step: null }
    : test;
}
