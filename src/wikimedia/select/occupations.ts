/** What people are known for, as occupations (P106) of Wikidata. */

const FILM = {
	actor: "Q33999",
	"film actor": "Q10800557",
	"television actor": "Q10798782",
	"film director": "Q2526255",
	comedian: "Q245068",
	"television presenter": "Q947873",
};
const MUSIC = {
	singer: "Q177220",
	musician: "Q639669",
	"singer-songwriter": "Q488205",
	rapper: "Q2252262",
	composer: "Q36834",
	guitarist: "Q855091",
	pianist: "Q486748",
	"disc jockey": "Q130857",
	conductor: "Q158852",
};
const SPORT = {
	"association football player": "Q937857",
	"basketball player": "Q3665646",
	"tennis player": "Q10833314",
	swimmer: "Q10843402",
	"athletics competitor": "Q11513337",
	boxer: "Q11338576",
	"Formula One driver": "Q10841764",
	"racing driver": "Q378622",
	"ice hockey player": "Q11774891",
	"baseball player": "Q10871364",
	"American football player": "Q19204627",
	cricketer: "Q12299841",
	"volleyball player": "Q15117302",
	"sport cyclist": "Q2309784",
	"chess player": "Q10873124",
};
const POLITICS = { politician: "Q82955", statesperson: "Q372436", monarch: "Q116" };
const SCIENCE = {
	scientist: "Q901",
	physicist: "Q169470",
	chemist: "Q593644",
	biologist: "Q864503",
	mathematician: "Q170790",
	astronomer: "Q11063",
	"computer scientist": "Q82594",
	engineer: "Q81096",
	astronaut: "Q11631",
};
const OTHERS = {
	writer: "Q36180",
	journalist: "Q1930187",
	model: "Q4610556",
	dancer: "Q5716684",
	businessperson: "Q43845",
	entrepreneur: "Q131524",
	painter: "Q1028181",
	YouTuber: "Q17125263",
};

export const PRESETS = ["film", "music", "sport", "politics", "science", "all"] as const;
export type Preset = (typeof PRESETS)[number];

const OCCUPATIONS: Readonly<Record<Preset, Readonly<Record<string, string>>>> = {
	film: FILM,
	music: MUSIC,
	sport: SPORT,
	politics: POLITICS,
	science: SCIENCE,
	all: { ...FILM, ...MUSIC, ...SPORT, ...POLITICS, ...SCIENCE, ...OTHERS },
};

/** Ids in Wikidata, e.g. "Q33999". */
export function occupationsOf(preset: Preset): readonly string[] {
	return Object.values(OCCUPATIONS[preset]);
}
