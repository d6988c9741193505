namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>What warps want of the banks of shared memory, between two barriers of their group.</summary>
internal sealed class BankTurns
{
    private readonly List<(int Warp, int Site, int Pass, long Word)> _words = [];

    private readonly int[] _wanted = new int[SimulationCounts.Banks];

    /// <summary>Notes a thread's access; accesses of a warp with the same site and pass are one.</summary>
    public void Note(int warp, int site, int pass, long offset, int size)
    {
        long last = (offset + size - 1) / SimulationCounts.BankBytes;
        for (long word = offset / SimulationCounts.BankBytes; word <= last; word++)
        {
            _words.Add((warp, site, pass, word));
        }
    }

    /// <summary>Hands out the turns that each access took, and those beyond what its words needed; then forgets them.</summary>
    public void Settle(Action<int, int, int> give)
    {
        _words.Sort();
        int first = 0;
        while (first < _words.Count)
        {
            var (warp, site, pass, _) = _words[first];
            int end = first;
            while (end < _words.Count && _words[end].Warp == warp && _words[end].Site == site && _words[end].Pass == pass)
            {
                end++;
            }

            var (turns, needed) = Turns(first, end);
            give(site, turns, turns - needed);
            first = end;
        }

        _words.Clear();
    }

    /// <summary>The same word in several threads is read once, or written once by whoever wins.</summary>
    private (int Turns, int Needed) Turns(int first, int end)
    {
        Array.Clear(_wanted);
        int different = 0;
        for (int i = first; i < end; i++)
        {
            if (i > first && _words[i].Word == _words[i - 1].Word)
            {
                continue;
            }

            different++;
            _wanted[_words[i].Word % SimulationCounts.Banks]++;
        }

        return (_wanted.Max(), (different + SimulationCounts.Banks - 1) / SimulationCounts.Banks);
    }
}
