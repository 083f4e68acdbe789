/** Names that more than one plugin uses. */

/** The plugin that owns `schema/plugin.json`. */
export const SETTINGS_ID = 'jupyterlab-leakhunter:plugin';

/** Id of the sidebar's widget. */
export const PANEL_ID = 'leakhunter-panel';

/** The translation domain. */
export const DOMAIN = 'jupyterlab_leakhunter';

export namespace CommandIDs {
  export const open = 'leakhunter:open';
  export const startWatching = 'leakhunter:start-watching';
  export const stopWatching = 'leakhunter:stop-watching';
  export const checkNow = 'leakhunter:check-now';
  export const reviewClear = 'leakhunter:review-clear';
  export const previewSelected = 'leakhunter:preview-selected';
  export const undoClear = 'leakhunter:undo-clear';
  export const showReceipts = 'leakhunter:show-receipts';
  export const markExpected = 'leakhunter:mark-expected';
  export const giveBack = 'leakhunter:give-back';
  export const nextFinding = 'leakhunter:next-finding';
  export const previousFinding = 'leakhunter:previous-finding';
  export const copyFix = 'leakhunter:copy-fix';
  export const showVariables = 'leakhunter:show-variables';
  export const collectGarbage = 'leakhunter:collect-garbage';
  export const toggleCellLines = 'leakhunter:toggle-cell-lines';
  export const proveCell = 'leakhunter:prove-cell';
  export const traceCell = 'leakhunter:trace-cell';
  export const showCellMemory = 'leakhunter:show-cell-memory';
  export const copyReport = 'leakhunter:copy-report';
  export const exportRecords = 'leakhunter:export-records';
  export const goToCell = 'leakhunter:go-to-cell';
  export const openSettings = 'leakhunter:open-settings';
}
