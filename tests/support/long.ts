/** Whether this is the long run (`npm run test:long`): some tests take a smaller sample in `npm test`. */
export const isLong = process.env.ONSALE_TEST_LONG === "1";
