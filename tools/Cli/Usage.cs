using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli;

/// <summary>Makes contradictory options wrong usage (exit code 2) instead of failed work.</summary>
internal static class Usage
{
    /// <exception cref="UsageException">in place of an <see cref="OptionsException"/> of the work</exception>
    public static T Of<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OptionsException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
