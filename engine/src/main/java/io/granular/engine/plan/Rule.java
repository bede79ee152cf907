package io.granular.engine.plan;

import io.granular.engine.quant.Scheme;

/**
 * What a recipe does to the modules a pattern chooses.
 *
 * @param match which modules
 * @param scheme what happens to their numbers
 * @param optional whether the rule may match nothing; for modules that only some models have
 */
public record Rule(Pattern match, Scheme scheme, boolean optional) {}
