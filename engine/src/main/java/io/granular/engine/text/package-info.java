/**
 * CLIP byte-pair encoding, exact to OpenAI's and Hugging Face's tokenizers.
 * Text in, token ids out.
 */
@NullMarked
package io.granular.engine.text;

import org.jspecify.annotations.NullMarked;
