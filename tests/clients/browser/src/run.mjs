// All stories, in the order in which a platform's people live them.

import { launch } from "./chromium.mjs";
import { ClientApp } from "./client_app.mjs";
import { SCREENSHOTS } from "./look.mjs";
import { Server } from "./server.mjs";
import { story, sum } from "./tell.mjs";

import { firstOwner } from "../stories/first_owner.mjs";
import { signingIn } from "../stories/signing_in.mjs";
import { account } from "../stories/account.mjs";
import { members } from "../stories/members.mjs";
import { modules } from "../stories/modules.mjs";
import { registering } from "../stories/registering.mjs";
import { allowing } from "../stories/allowing.mjs";
import { proof } from "../stories/proof.mjs";
import { returning } from "../stories/returning.mjs";
import { comingBack } from "../stories/coming_back.mjs";
import { posting } from "../stories/posting.mjs";
import { nativeApp } from "../stories/native_app.mjs";
import { languages } from "../stories/languages.mjs";
import { withoutScript } from "../stories/without_script.mjs";
import { privateApps } from "../stories/private_apps.mjs";
import { ending } from "../stories/ending.mjs";
import { goingWrong } from "../stories/going_wrong.mjs";
import { audit } from "../stories/audit.mjs";
import { belowAPath } from "../stories/below_a_path.mjs";

const STORIES = [
  ["The set-up link makes the first organization", firstOwner],
  ["A person signs out, in, and looks at another organization", signingIn],
  ["A person looks after their own account", account],
  ["The parts of the API get names", modules],
  ["People are invited, get roles, and go", members],
  ["An app is registered", registering],
  ["A form that was open for long asks who it is", proof],
  ["A person allows an app, which gets a token", allowing],
  ["The browser goes back to every kind of app", returning],
  ["Everybody arrives at every kind of app", comingBack],
  ["An app of another site posts its request", posting],
  ["A person allows an app that cannot keep a secret", nativeApp],
  ["Everybody is asked in their own language", languages],
  ["All of it works without JavaScript", withoutScript],
  ["A private app gets a token", privateApps],
  ["What was allowed ends", ending],
  ["The audit log is read", audit],
  ["What goes wrong is said in plain words", goingWrong],
  ["All of it stands below the path of the issuer", belowAPath],
];

const world = { app: await ClientApp.open(), program: process.argv[2], people: {} };
try {
  world.server = await Server.start(world.program);
  world.browser = await launch();
  for (const [title, tell] of STORIES) await story(title, () => tell(world));
  await story("The server saw no fault of its own", () => world.server.assertSound());
} finally {
  await world.browser?.close();
  await world.server?.stop();
  await world.app.close();
}
console.log(`screenshots in ${SCREENSHOTS}`);
process.exitCode = sum();
