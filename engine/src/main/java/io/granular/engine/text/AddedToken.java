package io.granular.engine.text;

/**
 * A token found in the text before it is split into words, such as {@code <|endoftext|>}.
 *
 * @param content what the text has to contain
 * @param id its id
 * @param normalized whether it is looked for in the cleaned (lower-case) text, not in the raw one
 */
record AddedToken(String content, int id, boolean normalized) {}
