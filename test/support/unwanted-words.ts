// Words that do not occur in texts for users, nor in comments: many readers know English as a second language, so a text says subject,
// verb, object, with the word that Kubernetes or Google uses, and one word for one thing.

interface Unwanted {
  /** Any space between two words, since a page breaks its lines anywhere. */
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
}

export const UNWANTED_WORDS: readonly Unwanted[] = [
  { pattern: /\bmend(s|ed|ing)?\b/gi, instead: '"fix"' },
  { pattern: /\btold\b/gi, instead: '"reported", "says" or "is configured"' },
  { pattern: /\bfor\s+ever\b/gi, instead: '"forever", or what never happens' },
  { pattern: /\b(is|are|of)\s+no\s+use\b/gi, instead: 'what it lacks, such as "cannot be decoded" or "is not needed"' },
  { pattern: /\bletter\s+by\s+letter\b/gi, instead: '"exactly"' },
  { pattern: /\bshall\b/gi, instead: '"must" or "should"' },
  { pattern: /\b(which|that)\s+there\s+(is|are)\s+not\b/gi, instead: '"which does not exist"' },
  { pattern: /\bone's\s+own\b/gi, instead: '"custom" or "your own"' },
  { pattern: /\b(cannot|can|could|may)\s+be\s+had\b/gi, instead: '"is available" or "can be read", or what it is not' },
  { pattern: /\bseldom\b/gi, instead: '"rarely"' },
  { pattern: /\b(make|makes|made)\s+good\b/gi, instead: '"repair"' },
  { pattern: /\bon\s+fire\b/gi, instead: '"in an emergency"' },
  // A letter or a program may stand for another one.
  { pattern: /\bstands?\b(?!-|\s+(?:for|in\s+for|alone|still)\b)/gi, instead: '"is"' },
  { pattern: /\b(Do|Next|To\s+mend):(?=\s|$)/g, instead: '"Fix:", the one label of a fix' },
];
