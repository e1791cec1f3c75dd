// Builds portal/static from this folder: two sheets, each also mirrored for right-to-left
// scripts, two scripts, one icon. Names carry a hash of the content, so browsers may keep a
// file for ever; manifest.json says which name is current. The fonts for documents go to a folder
// that is not served: pages are drawn with the fonts that a device has.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import postcss from "postcss";
import rtlcss from "rtlcss";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");
const fonts = join(here, "..", "documents", "fonts");

// Variants of GOV.UK's components that no page uses. A class that is taken into use is taken
// off this list.
const unused =
  /govuk-(button--(inverse|start)|link--(inverse|no-|muted|text)|heading-xl|caption-(xl|m)|radios--small|checkboxes--small|panel--interruption|back-link--inverse|label--(xl)|fieldset__legend--(xl)|input--(extra|width-(30|20))|table__caption--(xl|l|s)|section-break|body-lead|body-m|link-image|main-wrapper--|panel__actions|table--small|visually-hidden-focusable|button__start|tag--(orange|pink|purple|turquoise|light-blue|teal|magenta)|summary-list--no-border|summary-list__row--no-border|radios__conditional--hidden|checkboxes__conditional--hidden)/;

/** Takes out what every rule of GOV.UK's repeats and this portal says once (see _shell.scss). */
const lighter = {
  postcssPlugin: "lighter",
  Once(root) {
    root.walkAtRules("media", (rule) => {
      const own = rule.toString().includes("app-");
      // Print rules have one place of their own; `\0` is for a browser that is no more.
      if ((rule.params === "print" && !own) || /\\0|\ufffd/.test(rule.params)) rule.remove();
    });
    // Colours that a theme or a component sets stay variable; the others are as they are.
    const set = new Set(["--govuk-link-colour"]);
    root.walkDecls(/^--govuk-/, ({ prop }) => set.add(prop));
    root.walkRules((rule) => {
      const kept = rule.selectors.filter(
        (one) => !unused.test(one) && !one.includes("moz-focus-inner"),
      );
      if (kept.length) rule.selectors = kept;
      else rule.remove();
    });
    root.walkDecls((decl) => {
      const { prop, value } = decl;
      const family = prop === "font-family" && decl.parent.selector !== "body";
      if (family || prop.includes("osx-font") || prop.includes("font-smoothing")) decl.remove();
      else
        decl.value = value.replace(/var\((--govuk-[a-z-]+), ?([#\w]+)\)/g, (all, name, colour) =>
          set.has(name) ? all : colour,
        );
    });
    root.walk((node) => {
      if ((node.type === "rule" || node.name === "media") && !node.nodes.length) node.remove();
    });
  },
};

async function sheet(name) {
  const { css } = compile(join(here, `${name}.scss`), {
    loadPaths: [join(here, "node_modules")],
    quietDeps: true,
    charset: false, // what is not ASCII is escaped when the sheet is made small
  });
  const light = (await postcss([lighter]).process(css, { from: undefined })).css;
  const minify = async (text) =>
    (await transform(text, { loader: "css", minify: true, target: "es2020" })).code;
  return { [`${name}.css`]: await minify(light), [`${name}-rtl.css`]: await minify(rtlcss.process(light)) };
}

async function script(name) {
  const { outputFiles } = await build({
    entryPoints: [join(here, `${name}.js`)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2020",
    legalComments: "none",
  });
  return { [`${name}.js`]: outputFiles[0].text };
}

const files = {
  ...(await sheet("app")),
  ...(await sheet("staff")),
  ...(await script("app")),
  ...(await script("passkey")),
  "icon.svg": readFileSync(join(here, "icon.svg"), "utf8"),
};

mkdirSync(target, { recursive: true });
const manifest = {};
for (const [name, text] of Object.entries(files)) {
  const [, stem, ending] = name.match(/^(.*)(\.\w+)$/);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  manifest[name] = `${stem}-${hash}${ending}`;
  const path = join(target, manifest[name]);
  const small = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  });
  writeFileSync(path, text);
  writeFileSync(`${path}.br`, small);
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  console.log(`${manifest[name].padEnd(28)} ${String(text.length).padStart(7)} B, ${small.length} B as brotli`);
}
mkdirSync(fonts, { recursive: true });
for (const family of ["NotoSans", "IBMPlexSansArabic", "HindSiliguri", "NotoSansArabic", "NotoSansBengali"]) {
  const folder = family.replace(/(?<=[a-z])(?=[A-Z])|(?<=IBM)/g, "-").toLowerCase();
  for (const weight of ["400Regular", "700Bold"]) {
    const name = `${family}_${weight}.ttf`;
    const path = join(here, "node_modules", "@expo-google-fonts", folder, weight, name);
    copyFileSync(path, join(fonts, name));
  }
}
// The manifest last, then what it no longer names: a server that is running keeps its files.
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
const kept = new Set(Object.values(manifest).flatMap((name) => [name, `${name}.br`, `${name}.gz`]));
for (const name of readdirSync(target)) {
  if (/^(app|staff|passkey|icon)-.*\.(css|js|svg)(\.br|\.gz)?$/.test(name) && !kept.has(name)) rmSync(join(target, name));
}
