package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.gateway.protocol.FieldReader;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an object of a stored event while the parser moves through it. */
final class EventReader implements FieldReader {

  private final byte[] json;
  private final JsonParser parser;

  /** The next field, which has not been read; null at the end of the object. */
  private @Nullable String next;

  /** Reads the object whose first brace the parser is at. */
  EventReader(byte[] json, JsonParser parser) throws IOException {
    this.json = json;
    this.parser = parser;
    expect("event", parser.currentToken() == JsonToken.START_OBJECT, "an object");
    advance();
  }

  private void advance() throws IOException {
    next = parser.nextFieldName();
  }

  /** Whether the field is the next one; moves to its value then. */
  private boolean isNext(String name) throws IOException {
    if (!name.equals(next)) {
      return false;
    }
    parser.nextToken();
    return true;
  }

  /** Moves to the value of the field, over the fields before it. */
  private void find(String name) throws IOException {
    while (!isNext(name)) {
      expect(name, next != null, "a value");
      skip();
    }
  }

  private void skip() throws IOException {
    parser.nextToken();
    parser.skipChildren();
    advance();
  }

  private void expect(String name, boolean holds, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(
          Texts.expected(name, String.valueOf(parser.currentToken()), expectation));
    }
  }

  /** The object in this field. */
  EventReader object(String name) throws IOException {
    find(name);
    return new EventReader(json, parser);
  }

  @Override
  public String text(String name) throws IOException {
    find(name);
    return textHere(name);
  }

  @Override
  public @Nullable String optionalText(String name) throws IOException {
    return isNext(name) ? textHere(name) : null;
  }

  private String textHere(String name) throws IOException {
    expect(name, parser.currentToken() == JsonToken.VALUE_STRING, "a string");
    String text = parser.getText();
    advance();
    return text;
  }

  @Override
  public long number(String name) throws IOException {
    find(name);
    return numberHere(name);
  }

  @Override
  public @Nullable Long optionalNumber(String name) throws IOException {
    return isNext(name) ? numberHere(name) : null;
  }

  private long numberHere(String name) throws IOException {
    expect(name, parser.currentToken() == JsonToken.VALUE_NUMBER_INT, "a whole number");
    long number = parser.getLongValue();
    advance();
    return number;
  }

  @Override
  public @Nullable Double optionalDecimal(String name) throws IOException {
    if (!isNext(name)) {
      return null;
    }
    expect(name, parser.currentToken().isNumeric(), "a number");
    double number = parser.getDoubleValue();
    advance();
    return number;
  }

  @Override
  public boolean flag(String name) throws IOException {
    if (!isNext(name)) {
      return false;
    }
    expect(name, parser.currentToken().isBoolean(), "true or false");
    boolean flag = parser.getBooleanValue();
    advance();
    return flag;
  }

  @Override
  public <T> @Nullable T optionalObject(String name, ObjectForm<T> form) throws IOException {
    if (!isNext(name)) {
      return null;
    }
    EventReader inner = new EventReader(json, parser);
    T read = form.read(inner);
    while (inner.next != null) {
      inner.skip();
    }
    advance();
    return read;
  }

  @Override
  public RawJson raw(String name) throws IOException {
    find(name);
    return rawHere();
  }

  @Override
  public @Nullable RawJson optionalRaw(String name) throws IOException {
    return isNext(name) ? rawHere() : null;
  }

  /** The values of the array in this field; none if the field is not the next one. */
  List<RawJson> optionalRawList(String name) throws IOException {
    List<RawJson> values = new ArrayList<>();
    if (isNext(name)) {
      expect(name, parser.currentToken() == JsonToken.START_ARRAY, "an array");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(valueHere());
      }
      advance();
    }
    return values;
  }

  private RawJson rawHere() throws IOException {
    RawJson value = valueHere();
    advance();
    return value;
  }

  private RawJson valueHere() throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    // A scalar is read lazily: asking for its text reads it to the end.
    if (parser.currentToken().isScalarValue()) {
      parser.getText();
    }
    parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    return RawJson.checked(Arrays.copyOfRange(json, start, end));
  }
}
