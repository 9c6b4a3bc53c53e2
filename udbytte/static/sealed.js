/* Seals what stays on this device until it is saved, with a key of the person that only their own pages have, which no
   browser stores. When a session ends by itself, nobody at the device can read what was typed; when the same person logs
   in again, it is back. Removing it would lose what somebody was writing just then. Nothing is kept without TLS (except on
   localhost), where browsers have no crypto. */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const FRESH = 12; // bytes, new for each text

const key = crypto.subtle?.importKey("raw", bytesOf(document.getElementById("drafts").dataset.key), "AES-GCM", false,
  ["encrypt", "decrypt"]);

export const seal = async (content) => {
  const iv = crypto.getRandomValues(new Uint8Array(FRESH)), plain = new TextEncoder().encode(JSON.stringify(content));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, plain);
  return textOf([...iv, ...new Uint8Array(sealed)]);
};

/* The content; null for what is not there, is not sealed, or has another key. */
export const unseal = async (text) => {
  try {
    const bytes = bytesOf(text), iv = bytes.slice(0, FRESH);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key, bytes.slice(FRESH));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch { return null; }
};
