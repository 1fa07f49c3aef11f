package io.messagelogger.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes a picture of how the database grows, of the sizes that {@link Layouts} has measured: what a
 * year takes on disk with 100,000 messages a day. Stateless.
 *
 * <p>System properties: {@code data} (docs/storage-growth.csv), {@code picture}
 * (docs/storage-growth.svg).
 */
public final class Growth {
  private static final int DAYS = 365;
  private static final long A_DAY = 100_000;
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int RIGHT = 224;
  private static final int TOP = 32;
  private static final int BOTTOM = 40;
  private static final int STEP_GB = 10;
  private static final double GB = 1e9;
  private static final List<String> COLOURS = List.of("#b45309", "#1d4ed8", "#047857", "#7c3aed");

  private Growth() {}

  /** A place on a line: the day, and the bytes that are stored by then. */
  private record Point(double day, double bytes) {}

  /** Makes the picture with the system properties. */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(System.getProperty("data", "docs/storage-growth.csv"));
    Path picture = Path.of(System.getProperty("picture", "docs/storage-growth.svg"));
    Files.writeString(picture, svg(lines(Files.readAllLines(data))), StandardCharsets.UTF_8);
  }

  /** By the layout and the database. */
  private static Map<String, List<Point>> lines(List<String> rows) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (String row : rows) {
      List<String> cells = List.of(row.strip().split(",", -1));
      double size = Double.parseDouble(cells.get(2));
      Point point =
          new Point(
              DAYS * Double.parseDouble(cells.get(3)) / size,
              Double.parseDouble(cells.get(4)) * A_DAY * DAYS / size);
      lines
          .computeIfAbsent(
              name(cells.get(0), cells.get(1)), key -> new ArrayList<>(List.of(new Point(0, 0))))
          .add(point);
    }
    return lines;
  }

  private static String name(String layout, String database) {
    String kind = database.equals("TimescaleDB") ? "TimescaleDB, compressed" : "plain PostgreSQL";
    return layout.equals("A") ? kind : kind + " (" + layout + ")";
  }

  private static String svg(Map<String, List<Point>> lines) {
    double most =
        lines.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Point::bytes)
            .max()
            .orElse(STEP_GB * GB);
    int top = STEP_GB * (int) Math.ceil(most / GB / STEP_GB);
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="#444">
            <title>Disk for a year with 100,000 messages of about 500 bytes a day</title>
            <rect width="100%%" height="100%%" fill="#fff"/>
            <text x="%d" y="20" font-weight="bold">GB on disk, 100,000 messages of about 500 bytes a day</text>
            """
                .formatted(WIDTH, HEIGHT, LEFT));
    for (int gb = 0; gb <= top; gb += STEP_GB) {
      double y = y(gb * GB, top);
      svg.append(
          format(
              "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n",
              LEFT, y, WIDTH - RIGHT, LEFT - 8, y + 4, gb));
    }
    for (int month = 0; month <= 12; month += 3) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d months</text>\n",
              x(DAYS * month / 12.0), HEIGHT - BOTTOM + 20, month));
    }
    int colour = 0;
    for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
      StringBuilder path = new StringBuilder();
      for (Point point : line.getValue()) {
        path.append(
            format(
                "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point.day()), y(point.bytes(), top)));
      }
      Point last = line.getValue().get(line.getValue().size() - 1);
      String ink = COLOURS.get(colour++ % COLOURS.size());
      svg.append(
          format(
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%.0f GB: %s</text>\n",
              path,
              ink,
              x(last.day()) + 6,
              y(last.bytes(), top) + 4,
              ink,
              last.bytes() / GB,
              line.getKey()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static double x(double day) {
    return LEFT + day / DAYS * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double bytes, int top) {
    return HEIGHT - BOTTOM - bytes / GB / top * (HEIGHT - TOP - BOTTOM);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
