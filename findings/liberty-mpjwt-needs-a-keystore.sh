#!/usr/bin/env bash
# Open Liberty 26.0.0.5 (mpJwt-2.1), 2026-11-27
#
# Expected: a service that only verifies tokens, by a public key in mp.jwt.verify.publickey.location, needs no keystore of its own.
#
# Seen: without a default keystore mpJwt does nothing, and a valid token is answered with 401. At the start the log has one error
# about LTPA, which the service does not use; when a token is refused it has nothing. With keystore_password in the environment, from
# which Liberty makes a keystore that nothing else needs, the same token is accepted.
#
# Message Logger: verifies tokens itself (docs/decisions/023-access.md).
set -euo pipefail

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.openliberty</groupId><artifactId>openliberty-runtime</artifactId><version>26.0.0.5</version><type>zip</type></dependency>
    <dependency><groupId>jakarta.platform</groupId><artifactId>jakarta.jakartaee-api</artifactId><version>11.0.0</version></dependency>
    <dependency><groupId>org.eclipse.microprofile.jwt</groupId><artifactId>microprofile-jwt-auth-api</artifactId><version>2.1</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }
jar xf lib/openliberty-runtime-26.0.0.5.zip
while port=$((20000 + RANDOM % 40000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done

home=wlp/usr/servers/finding
app=$home/dropins/finding.war/WEB-INF
mkdir -p "$app/classes"
cat > "$home/server.xml" <<XML
<server>
  <featureManager>
    <feature>restfulWS-4.0</feature>
    <feature>cdi-4.1</feature>
    <feature>mpJwt-2.1</feature>
    <feature>mpConfig-3.1</feature>
  </featureManager>
  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="$port" httpsPort="-1"/>
</server>
XML
cat > Login.java <<'JAVA'
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;

@LoginConfig(authMethod = "MP-JWT")
@ApplicationPath("/")
public class Login extends Application {}
JAVA
cat > Who.java <<'JAVA'
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/who")
@RequestScoped
public class Who {
  @GET
  @RolesAllowed("reader")
  public String who() {
    return "a reader";
  }
}
JAVA

start() {
  java @wlp/lib/platform/java/java9.options -javaagent:wlp/bin/tools/ws-javaagent.jar \
    -jar wlp/bin/tools/ws-server.jar finding >console.log 2>&1 &
  server=$!
  until grep -qs CWWKF0011I console.log && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$server"
    sleep 0.2
  done
}

javac -cp 'lib/*' -d "$app/classes" *.java
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private.pem
mkdir -p "$app/classes/META-INF"
openssl pkey -in private.pem -pubout -out "$app/classes/META-INF/public.pem"
cat > "$app/classes/META-INF/microprofile-config.properties" <<'END'
mp.jwt.verify.issuer=https://issuer.example
mp.jwt.verify.publickey.location=META-INF/public.pem
END

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
head=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url)
now=$(date +%s)
body=$(printf '{"iss":"https://issuer.example","sub":"a","upn":"a","groups":["reader"],"iat":%d,"exp":%d,"jti":"1"}' \
  "$now" $((now + 600)) | base64url)
token=$head.$body.$(printf '%s' "$head.$body" | openssl dgst -sha256 -sign private.pem -binary | base64url)

answer() {
  curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "http://127.0.0.1:$port/finding/who"
}

start
without=$(answer)
cp "$home/logs/messages.log" without.log
kill "$server"
wait "$server" || true
server=
export keystore_password=changeit
start
with=$(answer)

echo "Open Liberty $(sed -n 's/.*com.ibm.websphere.productVersion=//p' wlp/lib/versions/openliberty.properties)"
echo "a valid token gets $without without a keystore, $with with one"
echo "errors in the log without it, start and request:"
grep -o ' E CW[A-Z]*[0-9]*E' without.log
[ "$without" = 401 ] && [ "$with" = 200 ]
