/** The camera as a reader of QR codes, where the browser can do it by itself (BarcodeDetector). */
import { fill, h } from "./dom.js";

const EVERY_MS = 200;

/**
 * A scanner in `place`, or null where there is none. `start()` opens the camera and resolves to whether it may be used;
 * each text it reads goes to `read`, until that returns true.
 */
export function camera(place, read) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null;
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const video = h("video", { class: "camera", playsinline: true, muted: true });
  let stream = null;

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    fill(place);
  }

  async function look() {
    if (!stream) return;
    const found = await detector.detect(video).catch(() => []);
    if (found.some((one) => read(one.rawValue))) stop();
    else setTimeout(look, EVERY_MS);
  }

  return {
    async start() {
      stop();
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        return false;
      }
      video.srcObject = stream;
      fill(place, video);
      await video.play();
      look();
      return true;
    },
  };
}
