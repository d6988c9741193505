using ILGPU.Runtime.CPU.Vectors;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>Where all ways from a node meet, against what taking nodes out of the graph tells.</summary>
public sealed class PostDominatorTests
{
    private const int Graphs = 300;

    [Test]
    public void ADiamondMeetsAtItsFoot()
    {
        var meetings = new PostDominators([[1, 2], [3], [3], []]);
        Assert.That(new[] { 0, 1, 2, 3 }.Select(meetings.Next), Is.EqualTo(new[] { 3, 3, 3, meetings.End }));
    }

    [Test]
    public void ALoopMeetsBehindItself()
    {
        var meetings = new PostDominators([[1], [2, 3], [1], []]);
        Assert.That(new[] { 0, 1, 2, 3 }.Select(meetings.Next), Is.EqualTo(new[] { 1, 3, 1, meetings.End }));
    }

    [Test]
    public void RandomGraphsMeetWhereNoWayPassesBy()
    {
        var random = new Random(5);
        for (int i = 0; i < Graphs; i++)
        {
            int count = random.Next(2, 12);
            int[][] successors =
                [.. Enumerable.Range(0, count).Select(_ =>
                    (int[])[.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(count)).Distinct()])];
            var meetings = new PostDominators(successors);
            for (int node = 0; node < count; node++)
            {
                Assert.That(meetings.Next(node), Is.EqualTo(NextOf(node, successors)), $"graph {i}, node {node}");
            }
        }
    }

    /// <summary>The node that all ways to the end pass, and after which they pass all others of this kind.</summary>
    private static int NextOf(int node, int[][] successors)
    {
        int end = successors.Length;
        if (!Reaches(node, end, without: -1, successors))
        {
            return end;
        }

        int[] passed = [.. Enumerable.Range(0, end).Where(n => n != node && !Reaches(node, end, n, successors))];
        return passed.Length == 0 ? end : passed.Single(first => passed.All(n => n == first || !Reaches(first, end, n, successors)));
    }

    private static bool Reaches(int from, int target, int without, int[][] successors)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out int node))
        {
            if (node == without || !seen.Add(node))
            {
                continue;
            }

            if (node == target)
            {
                return true;
            }

            foreach (int next in successors[node].Length == 0 ? [target] : successors[node])
            {
                open.Push(next);
            }
        }

        return false;
    }
}
