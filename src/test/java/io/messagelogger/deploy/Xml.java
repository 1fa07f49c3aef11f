package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/** Reads XML files. */
final class Xml {
  private Xml() {}

  static Document read(Path file) {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    } catch (Exception e) {
      throw new AssertionError(file + " is no XML", e);
    }
  }

  /** What stands at an XPath; fails where nothing does. */
  static String text(Document document, String path) {
    try {
      XPath xpath = XPathFactory.newInstance().newXPath();
      String found = xpath.evaluate(path, document);
      assertThat(found).as(path).isNotBlank();
      return found;
    } catch (XPathExpressionException e) {
      throw new AssertionError(path, e);
    }
  }
}
