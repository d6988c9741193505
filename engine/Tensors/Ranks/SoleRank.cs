namespace IlgpuGan.Tensors.Ranks;

/// <summary>A job of this process alone.</summary>
internal sealed class SoleRank : IRanks
{
    public int Count => 1;

    public int Rank => 0;

    public string Name => "this process alone";

    public void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
    {
        if (sendings.Length > 0 || receivings.Length > 0)
        {
            throw new ArgumentException("there is no other rank to exchange anything with");
        }
    }

    public void Abort(int exitCode) => Environment.Exit(exitCode);

    public void Dispose()
    {
    }
}
