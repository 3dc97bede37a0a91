package dev.parley.gateway.log;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whom a broadcast is for, among the users of its tenant, or of all. */
public sealed interface Audience {

  /** Whether a broadcast of this position is for the user with this {@code sub}. */
  boolean includes(String subject, InboxState user, long position);

  /** Whether both were asked for in the same words. */
  default boolean isSameRequest(Audience other) {
    return equals(other);
  }

  /** Every user. */
  record All() implements Audience {
    @Override
    public boolean includes(String subject, InboxState user, long position) {
      return true;
    }
  }

  /** The users of these tiers. */
  record Tiers(Set<String> names) implements Audience {

    public Tiers {
      names = sorted(names);
    }

    @Override
    public boolean includes(String subject, InboxState user, long position) {
      return names.contains(user.tierAt(position));
    }
  }

  /** The users who were operators when the broadcast was sent, and are until they get it. */
  record Operators() implements Audience {
    @Override
    public boolean includes(String subject, InboxState user, long position) {
      return user.isOperator() && user.operatorAfter() < position;
    }
  }

  /** The users with a name in the list. */
  sealed interface Named extends Audience {

    SortedSet<String> subjects();

    /** The same without this name; nobody may be left. */
    Named without(String subject);

    @Override
    default boolean includes(String subject, InboxState user, long position) {
      return subjects().contains(subject);
    }
  }

  /** These users, each a {@code sub}. */
  record Users(SortedSet<String> subjects) implements Named {

    public Users {
      subjects = sorted(subjects);
    }

    @Override
    public Named without(String subject) {
      return new Users(rest(subjects, subject));
    }
  }

  /** The users who were connected when the broadcast was sent. */
  record Online(SortedSet<String> subjects) implements Named {

    public Online {
      subjects = sorted(subjects);
    }

    @Override
    public Named without(String subject) {
      return new Online(rest(subjects, subject));
    }

    @Override
    public boolean isSameRequest(Audience other) {
      return other instanceof Online;
    }
  }

  private static SortedSet<String> rest(SortedSet<String> names, String removed) {
    SortedSet<String> rest = new TreeSet<>(names);
    rest.remove(removed);
    return rest;
  }

  private static SortedSet<String> sorted(Set<String> names) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }
}
