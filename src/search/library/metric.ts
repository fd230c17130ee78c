/**
 * Inner products and Euclidean distances as cosines: vectors get further numbers so that all have one length, and the
 * order by cosine is the order asked for (Bachrach et al., 2014, "Speeding up the Xbox recommender system").
 * With |x| <= r: x -> (x, sqrt(r^2 - |x|^2)), q -> (q, 0) ranks by x . q. The nearest by Euclid has the largest
 * x . q - |x|^2 / 2: the same with (x, |x|^2 / r) for x and (q, -r / 2) for q.
 */
import { AppError } from "../../errors.ts";
import type { Precision } from "../parts/rows.ts";
import { checkArray, checkChoice, checkDimension, MAX_DIMENSION, squaredLength } from "../query.ts";

export type Metric = "cosine" | "inner-product" | "euclidean";
export const METRICS: readonly Metric[] = ["cosine", "inner-product", "euclidean"];

/** Numbers that a vector gets. */
const ADDED: Readonly<Record<Metric, number>> = { cosine: 0, "inner-product": 1, euclidean: 2 };
/** Room for vectors longer than those so far: when they are, the index is built anew. */
const SPARE = 1.5;
/** So that all that is made of a vector is a float32 too. */
const MAX_LENGTH = 1.5e38;

export class Lift {
	readonly metric: Metric;
	readonly dimension: number;
	/** Longest vector that fits; without meaning for cosines. */
	readonly radius: number;

	/** @throws AppError INVALID_ARGUMENT or INVALID_VECTOR for a metric or a dimension that there is not */
	constructor(metric: Metric, dimension: number, radius: number) {
		checkChoice("metric", metric, METRICS);
		checkDimension(dimension, MAX_DIMENSION - ADDED[metric]);
		this.metric = metric;
		this.dimension = dimension;
		this.radius = radius;
	}

	/**
	 * Reads what `encode` wrote.
	 * @param liftedDimension numbers of a vector in the index
	 * @throws AppError INDEX_CORRUPT for other bytes
	 */
	static parse(bytes: Uint8Array, liftedDimension: number): Lift {
		try {
			const { metric, dimension, radius } = JSON.parse(new TextDecoder().decode(bytes));
			if (Number.isFinite(radius) && radius >= 0) {
				const lift = new Lift(metric, dimension, radius);
				if (lift.liftedDimension === liftedDimension) return lift;
			}
		} catch (cause) {
			throw new AppError("INDEX_CORRUPT", "The index file's metric is not readable.", { cause });
		}
		throw new AppError("INDEX_CORRUPT", "Expected a metric in the index file, and vectors that fit it.");
	}

	encode(): Uint8Array {
		const { metric, dimension, radius } = this;
		return new TextEncoder().encode(JSON.stringify({ metric, dimension, radius }));
	}

	/** Numbers of a vector in the index. */
	get liftedDimension(): number {
		return this.dimension + ADDED[this.metric];
	}

	/** This one, or a wider one if the vectors do not fit. */
	for(vectors: Float32Array): Lift {
		if (this.metric === "cosine") return this;
		let longest = 0;
		for (let at = 0; at < vectors.length; at += this.dimension) {
			longest = Math.max(longest, this.#squares(vectors.subarray(at, at + this.dimension)));
		}
		const length = Math.sqrt(longest);
		if (length > MAX_LENGTH) {
			throw new AppError(
				"INVALID_VECTOR",
				`Expected vectors no longer than ${MAX_LENGTH} but received one of length ${length.toPrecision(3)}.`,
			);
		}
		return length <= this.radius
			? this
			: new Lift(this.metric, this.dimension, Math.max(length * SPARE, 1e-30));
	}

	/** @throws AppError INVALID_VECTOR for a NaN, and for a zero vector where it has no cosine */
	rows(vectors: Float32Array): Float32Array {
		const { metric, dimension, liftedDimension: lifted, radius } = this;
		if (metric === "cosine") return vectors;
		const rows = new Float32Array((vectors.length / dimension) * lifted);
		for (let row = 0; row * dimension < vectors.length; row++) {
			const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
			const squares = this.#squares(vector);
			const at = row * lifted;
			rows.set(vector, at);
			if (metric === "euclidean") rows[at + dimension] = squares / radius;
			const used = metric === "euclidean" ? squares + (squares / radius) ** 2 : squares;
			rows[at + lifted - 1] = Math.sqrt(Math.max(0, this.#length() ** 2 - used));
		}
		return rows;
	}

	query(query: Float32Array): Float32Array {
		checkArray("query", query, Float32Array);
		if (query.length !== this.dimension) {
			throw new AppError(
				"INVALID_VECTOR",
				`Expected a query of ${this.dimension} numbers but received ${query.length}.`,
			);
		}
		if (this.metric === "cosine") return query;
		const isZero = this.#squares(query) === 0;
		const lifted = new Float32Array(this.liftedDimension);
		lifted.set(query);
		if (this.metric === "euclidean") lifted[this.dimension] = -this.radius / 2;
		// with zeros all products are one, and all distances while there are no vectors: whatever is found is right
		if (isZero && lifted[this.dimension] === 0) lifted[this.liftedDimension - 1] = 1;
		return lifted;
	}

	/** How one asks for what is like a row of the index. */
	asQuery(row: Float32Array): Float32Array {
		return this.query(this.vector(row));
	}

	/**
	 * @param similarity cosine in the index
	 * @param row the vector in the index, at unit length
	 */
	distance(similarity: number, query: Float32Array, row: () => Float32Array): number {
		if (this.metric === "cosine") return 1 - similarity;
		const vector = this.vector(row());
		let sum = 0;
		if (this.metric === "inner-product") {
			for (let i = 0; i < query.length; i++) sum += query[i] * vector[i];
			return 1 - sum;
		}
		for (let i = 0; i < query.length; i++) sum += (query[i] - vector[i]) ** 2;
		return Math.sqrt(sum);
	}

	/**
	 * By how much a squared distance may differ from what the cosine in the index says: rows that are nearer together than
	 * that may be found in any order. Distances that are short beside the vectors drown in it.
	 * @param distance up to which rows matter
	 * @param precision of the rows
	 */
	blur(query: Float32Array, distance: number, precision: Precision): number {
		if (this.metric !== "euclidean") return 0;
		const isHalf = precision === "float16";
		// errors of many numbers point anywhere, and make up for each other
		const error = isHalf ? 2 ** -10 / Math.sqrt(this.liftedDimension) : 2 ** -22;
		// of what x . q and |x|^2 / 2 are summed up from, for no longer an x than that; beside far longer ones float16 ends
		const length = Math.sqrt(this.#squares(query));
		const longest = length + distance;
		const smallest = isHalf ? 2 ** -24 * this.radius ** 2 : 0;
		return 2 * (error * longest * (length + longest / 2) + smallest);
	}

	/** The vector that became that row; of a cosine its direction. */
	vector(row: Float32Array): Float32Array {
		if (this.metric === "cosine") return row;
		return row.subarray(0, this.dimension).map((value) => value * this.#length());
	}

	/** Length that all rows have before they are normalised. */
	#length(): number {
		return this.metric === "euclidean" ? this.radius * Math.SQRT2 : this.radius;
	}

	/** Unlike for a cosine, a zero vector is one like others. */
	#squares(vector: Float32Array): number {
		return vector.every((value) => value === 0) ? 0 : squaredLength(vector, "the vector");
	}
}
