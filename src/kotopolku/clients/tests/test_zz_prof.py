import time, cProfile, pstats
import pytest
from datetime import date
from kotopolku.clients.tests.walking import Worker, registration
pytestmark=[pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
def test_p():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    w=Worker("te-01",date(2021,4,26))
    a=w.send("/clients/new/",registration()); n=a["Location"]
    for path in ["/clients/new/",n,"/clients/","/",n+"edit/",n+"assessment/", n+"events/"]:
        w.get(path)
        t=time.process_time()
        for i in range(5): w.get(path)
        with CaptureQueriesContext(connection) as q: w.get(path)
        print(path,(time.process_time()-t)/5*1000,"ms",len(q))
        for x in q: print("    ",x["sql"][:110].replace("\n"," "))
    for path in ["/clients/new/",n]:
        p=cProfile.Profile(); p.enable(); w.get(path); p.disable()
        pstats.Stats(p).sort_stats("cumulative").print_stats(45)
