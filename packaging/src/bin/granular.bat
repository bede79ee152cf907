@echo off
rem Starts Granular: the studio without arguments, the command line with them.
setlocal
for %%i in ("%~dp0..") do set "HOME_DIR=%%~fi"
set "JAVA=java"
if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%HOME_DIR%\runtime\bin\java.exe" set "JAVA=%HOME_DIR%\runtime\bin\java.exe"
"%JAVA%" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ^
  "-Dgranular.home=%HOME_DIR%" "-Dgranular.models=%HOME_DIR%\models" "-Dgranular.native=%HOME_DIR%\native" ^
  %GRANULAR_JAVA_OPTIONS% -cp "%HOME_DIR%\lib\*" io.granular.engine.cli.Main %*
exit /b %ERRORLEVEL%
