/** What commands and their flags may be given, and what not, in a folder laid by `every-flag.test.ts`. */
import { embeddingModel } from "../../src/nets/embedding-models.ts";

/** Where nobody listens: whoever says so has understood everything else. */
const DATABASE = "postgres://visitor@127.0.0.1:1/faces";
const WEIGHTS = "http://127.0.0.1:1/weights.h5";

/** Arguments of each command that are right. */
export const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
	match: ["me.jpg"],
	embed: ["me.jpg"],
	detect: ["me.jpg"],
	verify: ["me.jpg", "me.jpg"],
	report: ["me.jpg", "-o", "new.html"],
	"gallery build": ["photos", "-o", "new.gallery"],
	"gallery fetch": ["-o", "new.gallery", "--contact", "ann@example.org", "--preset", "film"],
	"gallery add": ["my.gallery", "photos"],
	"gallery remove": ["my.gallery", "--person", "Person 5"],
	"gallery rename": ["my.gallery", "Person 0", "Ann"],
	"gallery describe": ["my.gallery", "people.csv"],
	"gallery merge": ["my.gallery", "Person 0", "Person 1"],
	"gallery set-photo": ["my.gallery", "Person 0", "0.jpg"],
	"gallery compact": ["my.gallery"],
	"gallery info": ["my.gallery"],
	"gallery list": ["my.gallery"],
	"gallery audit": ["my.gallery"],
	"gallery verify": ["my.gallery"],
	"gallery export": ["my.gallery", "new.npy"],
	"gallery import": ["faces.npy", "-o", "new.gallery"],
	"gallery push": ["my.gallery", DATABASE],
	"gallery pull": [DATABASE, "new.gallery"],
	"gallery migrate": [DATABASE],
	evaluate: ["--gallery", "my.gallery"],
	"models fetch": ["facenet", "--folder", "models", "--url", WEIGHTS],
	"models list": ["--folder", "models"],
	"keys add": ["Ann", "--file", "keys.json"],
	"keys list": ["--file", "known.json"],
	"keys remove": ["Bob", "--file", "known.json"],
	doctor: [],
	serve: [],
	completion: ["bash"],
	man: [],
};

export interface Values {
	/** What may follow the flag; missing for a flag that takes nothing. */
	readonly right?: readonly string[];
	/** What may not; missing where any text may. */
	readonly wrong?: readonly string[];
	/** Arguments in place of the command's, where they do not go with the flag. */
	readonly with?: readonly string[];
}

const WHOLE_NUMBER: Values = { right: ["5"], wrong: ["many"] };
/** What is a file has none in it. */
const NEW_FILE: Values = { right: ["new/file"], wrong: ["me.jpg/file"] };

/** By the flag, or by the command and the flag where it is another one there. */
export const FLAGS: Readonly<Record<string, Values>> = {
	"--accent": { right: ["#7a3cff"], wrong: ["purple"] },
	"--admin": {},
	"--all-faces": {},
	"--anew": { with: ["photos", "--to", DATABASE] },
	"--any-licence": {},
	"--born-after": WHOLE_NUMBER,
	"--contact": { right: ["https://example.org/me"], wrong: ["nobody"] },
	"--country": { right: ["us"], wrong: ["USA"] },
	"--csv": {},
	"--deceased": {},
	"--deny": { right: ["deny.csv", "deny.csv"], wrong: ["nowhere.csv"] },
	"--engine": { right: ["onnx"], wrong: ["gpu"] },
	"--exact": {},
	"--file": NEW_FILE,
	"--fix": {},
	"--folder": { right: ["models"] },
	"--force": {},
	"keys list --file": { right: ["known.json"], wrong: ["nowhere.json"] },
	"keys remove --file": { right: ["known.json"], wrong: ["nowhere.json"] },
	"--from": { right: ["weights.h5"], wrong: ["nowhere.h5"] },
	"--fuse": {},
	"--gallery": { right: ["my.gallery"], wrong: ["nowhere.gallery"] },
	"--host": { right: ["127.0.0.1"] },
	"--json": {},
	"--k": { right: ["3"], wrong: ["0"] },
	"--language": { right: ["en"], wrong: ["no language"] },
	"--languages": { right: ["en,ru"], wrong: ["English"] },
	"--lead": { right: ["Who of us?"] },
	"--least-fame": { right: ["0"], wrong: ["4"] },
	"--limit": WHOLE_NUMBER,
	"--lines": { right: ["faces.jsonl"], wrong: ["nowhere.jsonl"] },
	"--list": { right: ["list.txt"], wrong: ["nowhere.txt"] },
	"--living": {},
	"--model": { right: ["face-api"], wrong: ["nobody"] },
	"--name": { right: ["Ours"] },
	"--no-celebrities": {},
	"--no-deny-list": {},
	"--npy": NEW_FILE,
	"--out": NEW_FILE,
	"--people": { right: ["people.csv"], wrong: ["nowhere.csv"] },
	"--per-minute": WHOLE_NUMBER,
	"--person": { right: ["Person 0", "Person 1"], wrong: ["Nobody"] },
	"--photo": { right: ["0.jpg"], wrong: ["nowhere.jpg"] },
	"--photos": { right: ["photos"], wrong: ["nowhere"] },
	"--photos-per-person": WHOLE_NUMBER,
	"--pictures": {},
	"--pipeline-version": { right: [embeddingModel("face-api").pipelineVersion] },
	"--port": { right: ["8080"], wrong: ["http"] },
	"--prefer-better-known": {},
	"--preset": { right: ["film"], wrong: ["opera"] },
	"--queries": WHOLE_NUMBER,
	"--question": { right: ["Who of us?"] },
	"--recall": { right: ["0.9"], wrong: ["most"] },
	"--report": NEW_FILE,
	"--resume": NEW_FILE,
	"--search": { right: ["son 1"] },
	"--seed": { right: ["7"], wrong: ["a"] },
	"--settings": { right: ["settings.json"], wrong: ["nowhere.json"] },
	"--sha256": { right: ["0".repeat(64)], wrong: ["0"] },
	"--sheet": NEW_FILE,
	"--sort": { right: ["fame"], wrong: ["age"] },
	"--sources": {},
	"--sparql": {
		right: ["query.rq"],
		wrong: ["nowhere.rq"],
		with: ["-o", "new.gallery", "--contact", "ann@example.org"],
	},
	"--staging": { right: ["staging"] },
	"--title": { right: ["Ours"] },
	"--to": { right: [DATABASE], wrong: ["mysql://127.0.0.1/faces"], with: ["photos"] },
	"gallery migrate --to": { right: ["1"], wrong: ["last"] },
	"--url": { right: [WEIGHTS], wrong: ["weights"] },
	"--width": { right: ["500"], wrong: ["501"] },
	"--wikipedia": { right: ["Ann Smith"] },
	"--workers": { right: ["2"], wrong: ["many"] },
};
