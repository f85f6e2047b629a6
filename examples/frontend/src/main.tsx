// Starts the front end.

import { render } from "preact";

import { App } from "./app";
import { follow } from "./router";
import { pageAt } from "./routes";
import { resume } from "./sign-in/session";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has the place for the pages");

follow((path) => pageAt(path) !== undefined);
render(<App />, root);
void resume();
