// Amounts of money as people type them.

const AMOUNT = /^\d{1,7}(\.\d{1,6})?$/;

/** "0,50", "$0.50" or " 0.5 " as the API takes it; null for what is no amount. */
export function amountOf(text) {
  const plain = text.trim().replace(/^\$\s*/, "").replace(",", ".");
  return AMOUNT.test(plain) ? plain : null;
}
