using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>A log that is read while it is written.</summary>
public sealed class LogFollowerTests : InFolder
{
    private string Log => In("log.jsonl");

    [Test]
    public void WhatIsNewIsReadOnce()
    {
        var log = new LogFollower(Log);
        AssertRead(log, false);
        File.WriteAllText(Log, Line(1) + Line(2));
        AssertRead(log, false, 1, 2);
        AssertRead(log, false);
        File.AppendAllText(Log, Line(3));
        AssertRead(log, false, 3);
    }

    [Test]
    public void ALineIsReadOnceItIsWhole()
    {
        var log = new LogFollower(Log);
        File.WriteAllText(Log, Line(1) + Line(2)[..20]);
        AssertRead(log, false, 1);
        AssertRead(log, false);
        File.AppendAllText(Log, Line(2)[20..]);
        AssertRead(log, false, 2);
        File.AppendAllText(Log, "damage\n" + Line(3));
        AssertRead(log, false, 3);
    }

    /// <summary>
    /// A run that goes on from an earlier step cuts the log, and may have written more than there was before anybody looks again.
    /// </summary>
    [Test]
    public void ALogThatWasCutIsReadAnew()
    {
        var log = new LogFollower(Log);
        File.WriteAllText(Log, Line(1) + Line(2) + Line(3));
        AssertRead(log, false, 1, 2, 3);
        File.WriteAllText(Log, Line(1));
        AssertRead(log, true, 1);
        File.WriteAllText(Log, Line(1) + Line(2));
        AssertRead(log, false, 2);
        File.WriteAllText(Log, "");
        AssertRead(log, true);
        File.WriteAllText(Log, Line(1));
        AssertRead(log, false, 1);
        File.WriteAllText(Log, "x" + Line(1)[1..] + Line(1) + Line(2));
        AssertRead(log, true, 1, 2);
        File.Delete(Log);
        AssertRead(log, true);
    }

    /// <summary>A long log comes in parts, and a line that no log has is left out.</summary>
    [Test]
    public void ALongLogIsReadInParts()
    {
        var (three, five) = (string.Concat(Enumerable.Range(1, 3).Select(Line)), string.Concat(Enumerable.Range(4, 5).Select(Line)));
        File.WriteAllText(Log, three + five);
        var log = new LogFollower(Log, three.Length + 10);
        AssertRead(log, false, 1, 2, 3);
        AssertRead(log, false, 4, 5, 6);
        AssertRead(log, false, 7, 8);
        AssertRead(log, false);
        File.AppendAllText(Log, new string('x', 2 * three.Length) + "\n" + Line(9));
        var steps = new List<long>();
        for (var time = 0; time < 4; time++)
        {
            steps.AddRange(log.Read().Entries.Select(e => e.Step));
        }

        Assert.That(steps, Is.EqualTo(new[] { 9 }));
        File.WriteAllText(Log, three);
        AssertRead(log, true, 1, 2, 3);
    }

    private static string Line(int step) => $"{{\"step\":{step},\"epoch\":1,\"G\":0.5,\"lr\":0.1,\"seconds\":0.25}}\n";

    private static void AssertRead(LogFollower log, bool isAnew, params int[] steps)
    {
        var read = log.Read();
        Assert.That(read.Entries.Select(e => e.Step), Is.EqualTo(steps));
        Assert.That(read.IsReset, Is.EqualTo(isAnew));
    }
}
