// Before anything is drawn: the theme that was chosen, if one was.
import { applyTheme, chosenTheme } from './theme.js';

applyTheme(chosenTheme());
