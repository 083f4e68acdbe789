/**
 * What is known of the variables: pure functions. They are asked for anew
 * after each check, and only while their tab is on screen.
 */
import type { Inventoried, Inventory } from '../protocol/generated';
import type { IHuntState } from './state';

/** The variables at hand, and the question for newer ones. */
export interface IInventory {
  readonly known: Inventory | null;

  /** The question under way. */
  readonly request: string | null;

  /** Time of the report that was asked after last, in seconds since the epoch. */
  readonly upTo: number;

  /** Why the last question was not answered, in one sentence. */
  readonly refusal: string | null;
}

/** Nothing asked yet. */
export const noInventory: IInventory = {
  known: null,
  request: null,
  upTo: 0,
  refusal: null
};

/** Whether the variables may be others than those at hand, and can be asked for. */
export function isDue({
  kernel,
  running,
  report,
  inventory
}: IHuntState): boolean {
  return (
    kernel === 'watching' &&
    running === null &&
    report !== null &&
    inventory.request === null &&
    report.at > inventory.upTo
  );
}

/** The variables while they are asked for. */
export function asking(state: IHuntState, request: string): IHuntState {
  const upTo = state.report?.at ?? 0;
  return { ...state, inventory: { ...state.inventory, request, upTo } };
}

/** The state after an answer; what another page asked for is passed over. */
export function withInventory(
  state: IHuntState,
  { request, inventory: known }: Inventoried
): IHuntState {
  if (state.inventory.request !== request) {
    return state;
  }
  // The kernel side looks again for each answer, later than for any report at hand.
  const upTo = Math.max(known.at, state.inventory.upTo);
  return {
    ...state,
    inventory: { known, request: null, upTo, refusal: null }
  };
}

/** The variables after a question was turned down: the next check asks again. */
export function refused(inventory: IInventory, refusal: string): IInventory {
  return { ...inventory, request: null, refusal };
}

/** The variables when the answer may have been lost: it is asked for again. */
export function lost(inventory: IInventory): IInventory {
  const { known, request } = inventory;
  return request === null
    ? inventory
    : { ...inventory, request: null, upTo: known?.at ?? 0 };
}
