namespace IlgpuGan.TestsCommon;

/// <summary>Until it is disposed, this thread writes numbers as many languages do.</summary>
internal sealed class WithCommas : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public WithCommas()
    {
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.PositiveInfinitySymbol) = (",", "\u221e");
        CultureInfo.CurrentCulture = commas;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
