package io.messagelogger.api.letters;

import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.requeue.Progress;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/**
 * How work on a selection of dead letters answers. Immutable.
 *
 * @param doing as in retrying
 * @param done as in retried
 * @param path where it is stopped
 */
record SelectionAnswers(String doing, String done, String path) {

  /**
   * 202 with how far it is.
   *
   * @param started nothing when this server is at it already
   * @throws ProblemException 409, then
   */
  Response started(Optional<Progress> started, UriInfo uri) {
    Progress progress =
        started.orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        409,
                        "Conflict",
                        "This server is already %s a selection of dead letters; wait for it or stop it (DELETE %s)"
                            .formatted(doing, path))));
    return Response.accepted(LetterJson.progress(progress, done))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .location(uri.getRequestUriBuilder().replaceQuery(null).build())
        .build();
  }

  /**
   * How far it is.
   *
   * @param known nothing when it was not asked to yet
   * @throws ProblemException 404, then
   */
  Response progress(Optional<Progress> known) {
    Progress progress =
        known.orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        404,
                        "Not Found",
                        "This server has not %s a selection of dead letters yet".formatted(done))));
    return Response.ok(LetterJson.progress(progress, done), MediaType.APPLICATION_JSON_TYPE)
        .build();
  }
}
