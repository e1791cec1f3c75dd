// Judges pages as long as its input lasts: one JSON string a line in, one JSON list a line out.
import { createInterface } from 'node:readline'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'

const judge = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ['html-validate:standard', 'html-validate:document', 'html-validate:a11y'],
    rules: {
      'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit'] }],
      'no-inline-style': 'error',
      // GOV.UK's error summary is a heading of level 2 above the page's one h1.
      'heading-level': ['error', { minInitialRank: 'h2' }],
      // GOV.UK's notification banner is a div that is a region, its start button a link.
      'prefer-native-element': ['error', { exclude: ['region', 'button'] }],
      // GOV.UK's date input says role="group" for old screen readers that miss the fieldset.
      'no-redundant-role': 'off',
      // Everything comes from this host, which could change the hash as well as the file.
      'require-sri': ['error', { target: 'crossorigin' }],
    },
  }),
)

for await (const line of createInterface({ input: process.stdin })) {
  const report = await judge.validateString(JSON.parse(line))
  const found = report.results.flatMap((result) => result.messages)
  const said = found.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)
  process.stdout.write(JSON.stringify(said) + '\n')
}
