/** Reads QR codes from a video: with the browser's BarcodeDetector, or with a decoder that is loaded when needed. */
export type Reader = (video: HTMLVideoElement) => Promise<string | undefined>;

type Detector = { detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]> };
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats: () => Promise<string[]>;
};

export const reader = async (): Promise<Reader> => {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = (await known?.getSupportedFormats().catch(() => [])) ?? [];
  return known && formats.includes("qr_code") ? native(new known({ formats: ["qr_code"] })) : decoder();
};

const native =
  (detector: Detector): Reader =>
  async (video) =>
    (await detector.detect(video).catch(() => []))[0]?.rawValue;

const decoder = async (): Promise<Reader> => {
  const { default: decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!ctx || width === 0) return undefined;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    ctx.drawImage(video, 0, 0);
    try {
      return decodeQR(ctx.getImageData(0, 0, width, height));
    } catch {
      return undefined; // no code in this frame
    }
  };
};
