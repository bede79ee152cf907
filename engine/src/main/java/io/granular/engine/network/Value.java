package io.granular.engine.network;

/**
 * A tensor flowing through a graph.
 *
 * @param id unique within its graph
 * @param shape with symbolic dimensions
 */
public record Value(int id, Shape shape) {}
