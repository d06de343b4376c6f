/** A page that only has to be dressed. */
import { page } from "../shell.js";

page();
