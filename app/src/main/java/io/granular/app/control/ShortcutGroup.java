package io.granular.app.control;

import java.util.List;

/**
 * Keys that belong together.
 *
 * @param title key of the heading
 * @param shortcuts in the order of the help
 */
public record ShortcutGroup(String title, List<Shortcut> shortcuts) {}
