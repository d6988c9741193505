using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli;

/// <summary>Options that contradict each other are wrong usage, not failed work.</summary>
internal static class Usage
{
    public static T Of<T>(Func<T> begin)
    {
        try
        {
            return begin();
        }
        catch (OptionsException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
