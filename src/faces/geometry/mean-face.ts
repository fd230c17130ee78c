/** Where dlib's mean face has some of the 68 landmarks: x and y as shares of the side of its box. */

/** What dlib's chip shows around the mean face's box, as a share of the box's side. */
export const CHIP_PADDING = 0.25;

/** Some landmarks and their places: places[2 i] and places[2 i + 1] are x and y of landmark points[i]. */
export interface MeanFacePoints {
	readonly points: readonly number[];
	readonly places: readonly number[];
}

/**
 * Outer and inner corner of the left eye, those of the right eye, base of the nose: dlib's five-point model
 * (get_face_chip_details). They stand firm whatever the mouth does, which is why views are framed by them.
 */
export const FIVE_POINTS: MeanFacePoints = {
	points: [45, 42, 36, 39, 33],
	places: [
		0.8595674595992, 0.2134981538014, 0.6460604764104, 0.2289674387677, 0.1205750620789, 0.2137274526848,
		0.3340850613712, 0.2290642403242, 0.4901123135679, 0.6277975316475,
	],
};

/**
 * Nose, eyes and upper lip, without jaw, brows and lower lip: the points by which dlib cut the chips that its
 * recognition net was trained on (get_face_chip_details, 68-point model).
 */
export const CHIP_POINTS: MeanFacePoints = {
	points: [
		27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
		53, 54, 60, 61, 62, 63, 64,
	],
	places: [
		0.490127, 0.203352, 0.490127, 0.307009, 0.490127, 0.409805, 0.490127, 0.515625, 0.36688, 0.587326,
		0.426036, 0.609345, 0.490127, 0.628106, 0.554217, 0.609345, 0.613373, 0.587326, 0.121737, 0.216423,
		0.187122, 0.178758, 0.265825, 0.179852, 0.334606, 0.231733, 0.260918, 0.245099, 0.182743, 0.244077,
		0.645647, 0.231733, 0.714428, 0.179852, 0.793132, 0.178758, 0.858516, 0.216423, 0.79751, 0.244077,
		0.719335, 0.245099, 0.254149, 0.780233, 0.340985, 0.745405, 0.428858, 0.727388, 0.490127, 0.742578,
		0.551395, 0.727388, 0.639268, 0.745405, 0.726104, 0.780233, 0.290379, 0.784792, 0.428096, 0.778746,
		0.490127, 0.785343, 0.552157, 0.778746, 0.689874, 0.784792,
	],
};
