/** Names that more than one plugin uses. */

/** The plugin that owns `schema/plugin.json`. */
export const SETTINGS_ID = 'jupyterlab-leakhunter:plugin';

/** Id of the sidebar's widget. */
export const PANEL_ID = 'leakhunter-panel';

/** The translation domain. */
export const DOMAIN = 'jupyterlab_leakhunter';
