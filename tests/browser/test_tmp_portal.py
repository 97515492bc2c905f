import subprocess, sys
def test_shots(live_kotopolku):
    r=subprocess.run([sys.executable,"house/screenshots",live_kotopolku.url,"/tmp/pp/shots","en-GB"],capture_output=True,text=True)
    print(r.stdout,r.stderr); assert r.returncode==0, r.stderr
